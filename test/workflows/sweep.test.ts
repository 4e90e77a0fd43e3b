import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Runbook } from '../support/runbook.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const runs = (count: number, name = 'r') =>
  Array.from({ length: count }, (_, index) => ({ workflowId: `${name}${index}`, runId: `run-${index}` }));
const sweep = async (ms = 60_000) => {
  const handle = await runbook.startSweep();
  const isOver = async () => (await handle.describe()).status.name !== 'RUNNING';
  for (let i = 0; i < 60 && !(await isOver()); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    await runbook.sleep(ms / 10);
  }
  return handle;
};

describe('the sweep', () => {
  it('starts every refused run anew, page by page, each once, and tells escalations to look again', async () => {
    runbook.runs.pageSize = 10;
    runbook.runs.closed = runs(25);
    runbook.runs.superseded = ['r3'];
    runbook.runs.escalated = runs(2, 'e');
    const handle = await sweep();
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(runbook.runs.started).toHaveLength(24);
    expect(new Set(runbook.runs.started).size).toBe(24);
    expect(runbook.runs.told).toEqual(['e0', 'e1']);
  });

  it('starts one run first, and waits longer and longer while that is refused again', async () => {
    runbook.runs.closed = runs(5);
    runbook.runs.standings = ['refused', 'refused', 'open'];
    const started = await runbook.startSweep();
    await runbook.sleep(20_000);
    expect(runbook.runs.started).toEqual(['r0']);
    await runbook.sleep(600_000);
    await runbook.sleep(1_000);
    expect(runbook.runs.started).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect((await started.describe()).status.name).toBe('COMPLETED');
  });

  it('ends while the guard refuses everything, and gives the guard back what is left', async () => {
    runbook.runs.closed = runs(5);
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'x', sinceMs: 0 });
    await runbook.untilGuard(({ pauses }) => pauses.length === 1);
    const handle = await sweep();
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(runbook.runs.started).toEqual([]);
    expect((await runbook.guardState()).refused).toMatchObject({ sinceMs: 0 });
  });
});

describe('a cluster that cannot be read', () => {
  it('is one page: the first run asks a person, the others end and name it', async () => {
    runbook.cluster.verify = [new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused')];
    const started = [await runbook.start(), await runbook.start(), await runbook.start()];
    await runbook.sleep(310_000);
    await Promise.all(started.map((run) => run.until(({ phase }) => phase === 'Escalated' || phase === 'Closed')));
    const phases = await Promise.all(started.map(async (run) => (await run.status()).phase));
    expect(phases.sort()).toEqual(['Closed', 'Closed', 'Escalated']);
    expect(runbook.receivers.messages).toEqual(['fallback:escalation']);
    for (const run of started) {
      const { outcome, reason } = await run.status();
      if (outcome !== undefined) expect([outcome, reason]).toEqual(['denied', 'clusterUnavailable']);
      else await run.say('abort');
    }
  });
});
