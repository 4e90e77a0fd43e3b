import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { aGuardState } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

/** What is read of an event of the history. */
interface HistoryEvent {
  eventTime: string;
  activityTaskScheduledEventAttributes?: { activityType?: { name: string } };
}

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

  it('starts one run a second: one alone, then ten at once and the next ten after ten seconds', async () => {
    runbook.runs.closed = runs(25);
    const { workflowId } = await sweep();
    const { events } = (await runbook.history(workflowId)) as unknown as { events: HistoryEvent[] };
    const startedAtMs = events.flatMap(({ eventTime, activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name === 'lookAgainAt' ? [Date.parse(eventTime)] : [],
    );
    expect(runbook.runs.started).toHaveLength(25);
    const waitsMs = startedAtMs.slice(1).map((atMs, index) => atMs - (startedAtMs[index] ?? 0));
    // One run, ten, ten and the four that are left.
    expect(waitsMs).toHaveLength(3);
    for (const [index, leastMs] of [1_000, 10_000, 10_000].entries())
      expect(waitsMs[index]).toBeGreaterThanOrEqual(leastMs);
  });

  it('begins when a storm is half open, not while it is open', async () => {
    const nowMs = await runbook.nowMs();
    const storm = { kind: 'open' as const, sinceMs: nowMs - 600_000, why: '21 workloads alert', calmSinceMs: nowMs };
    const refused = { sinceMs: nowMs - 300_000, lastMs: nowMs - 200_000 };
    await runbook.guard.terminate('it goes on with a storm');
    runbook.memory = { kind: 'found', runId: 'before', state: aGuardState({ storm, refused }), heard: [] };
    await runbook.startGuard();
    await runbook.untilGuard((state) => state.storm?.kind === 'open');
    await runbook.sleep(240_000);
    expect((await runbook.guardState()).storm?.kind).toBe('open');
    expect(runbook.runs.sweeps).toEqual([]);
    await runbook.sleep(150_000);
    await runbook.untilGuard((state) => state.storm?.kind === 'halfOpen' && state.refused === undefined);
    expect(runbook.runs.sweeps).toMatchObject([{ cluster: runbook.clusterName, sinceMs: refused.sinceMs }]);
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

  it('that is refused for days begins anew when it continues as new, not at the page where it once stood', async () => {
    runbook.runs.closed = runs(250);
    runbook.runs.pageSize = 249;
    runbook.runs.standings = ['refused'];
    const round = { kind: 'closed', sinceMs: 0, untilMs: 0, after: '249', isProbed: true } as const;
    const { workflowId } = await runbook.startSweep({ round });
    const first = (await runbook.workflow(workflowId).describe()).runId;
    await runbook.sleep(36 * 3_600_000);
    expect((await runbook.workflow(workflowId).describe()).runId).not.toBe(first);
    runbook.runs.standings = ['open'];
    await runbook.sleep(3_600_000);
    expect(new Set(runbook.runs.started).size).toBe(250);
    expect((await runbook.workflow(workflowId).describe()).status.name).toBe('COMPLETED');
  }, 60_000);

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
