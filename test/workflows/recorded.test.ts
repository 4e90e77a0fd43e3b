import { describe, expect, it } from '@jest/globals';
import { shownOf } from '../../domain/run/shown.ts';
import { anActionable, aPlan, aTarget, surroundings } from '../support/builders.ts';
import { aCrashingPod } from '../support/pods.ts';
import type { Runbook } from '../support/runbook.ts';
import { unhealthy } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const shown = shownOf(aPlan().checks, { pod: aCrashingPod() });

describe('the report of a run', () => {
  it('keeps the alert’s labels and the first look, for other policies to be judged by', async () => {
    runbook.cluster.verify = [anActionable({ shown })];
    const run = await runbook.start();
    expect((await run.report()).recorded).toEqual({
      labels: run.alert.labels,
      look: {
        ...{ at: '2026-03-01T10:00:00.010Z', mode: 'Auto', allowedMode: 'Auto', target: aTarget(), shown },
        ...{ failure: 'CrashLoopBackOff app Error exit 1', surroundings: surroundings() },
        evidence: ['container app restarted 5 times'],
      },
    });
  });

  it('keeps the first look, not what later ones saw of our own doing', async () => {
    const later = surroundings({ namespace: { total: 12, unhealthy: 4 } });
    runbook.cluster.verify = [anActionable({ shown }), anActionable({ surroundings: later })];
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    const { recorded, steps } = await (await runbook.start()).report();
    expect(steps).toHaveLength(2);
    expect(recorded?.look).toMatchObject({ shown, surroundings: { namespace: { unhealthy: 1 } } });
  });

  it('has no look where a pause turned it away', async () => {
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    await (await runbook.start()).report();
    const { recorded } = await (await runbook.start()).report();
    expect(recorded).toEqual({ labels: expect.any(Object) });
  });
});

describe('a run that does nothing', () => {
  it('is found under the policy that would have driven it', async () => {
    const detail = 'no pod crashes';
    runbook.cluster.verify = [
      { kind: 'notActionable', reason: 'faultGone', detail, policy: 'crash-loop', verifiedAt: '' },
    ];
    const run = await runbook.start();
    await run.report();
    expect(JSON.stringify(await runbook.history(run.id))).toContain(Buffer.from('"crash-loop"').toString('base64'));
  });
});
