import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable, minutes } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { faultGone, isIn, recovered, unhealthy } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

describe('a run that heals', () => {
  it('verifies, asks the guard, takes the mildest step and ends when the workload is proven healthy', async () => {
    const run = await runbook.start();
    const report = await run.report();
    expect(report).toMatchObject({
      outcome: 'remediated',
      policy: 'crash-loop',
      steps: [{ action: 'evictPod', result: 'kept' }],
    });
    expect(report.summary).toMatch(/^shop\/checkout-1 CrashLoopBackOff → evictPod → healthy in /);
    expect(runbook.cluster.calls.map(({ name }) => name)).toEqual(['verify', 'remediate', 'waitForHealthy']);
    expect(runbook.cluster.events).toEqual(['RemediationSucceeded']);
    expect(await runbook.guardState()).toMatchObject({
      leases: [],
      acts: [{ workload: 'shop/Deployment/checkout' }],
    });
  });

  it('costs at most 60 events', async () => {
    const run = await runbook.start();
    await run.report();
    expect(await run.events()).toBeLessThanOrEqual(60);
  });

  it('climbs to the next step when the first does not help, after the cooldown and a fresh look', async () => {
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({
      outcome: 'remediated',
      steps: [{ result: 'unhealthy' }, { action: 'rolloutRestart', result: 'kept' }],
    });
    expect(runbook.cluster.acts).toEqual(['evictPod', 'rolloutRestart']);
    const [, second] = report.steps;
    const gapMs = Date.parse(second?.startedAt ?? '') - Date.parse(report.steps[0]?.finishedAt ?? '');
    expect(gapMs).toBeGreaterThanOrEqual(minutes(5));
  });

  it('ends as gone, not as remediated, when the workload is scaled to zero while it waits for health', async () => {
    runbook.cluster.health = [{ kind: 'gone', detail: 'Deployment shop/checkout: it is scaled to zero' }];
    expect(await (await runbook.start()).report()).toMatchObject({
      ...{ outcome: 'notActionable', reason: 'targetGone', steps: [{ action: 'evictPod' }] },
      summary: expect.stringContaining('it is scaled to zero'),
    });
    expect(runbook.cluster.acts).toEqual(['evictPod']);
  });

  it('measures health by what the workload was like before its first act', async () => {
    const before = { desired: 3, notReady: 1, generation: 2 };
    const ours = { ...before, notReady: 2 };
    runbook.cluster.verify = [anActionable({ before }), anActionable({ before: ours })];
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    await (await runbook.start()).report();
    const waits = runbook.cluster.calls.filter(({ name }) => name === 'waitForHealthy');
    expect(waits).toMatchObject([{ input: { before } }, { input: { before } }]);
  });

  it('keeps what was seen at the first look as evidence, not what later looks show', async () => {
    const captured = { capturedAt: '', status: ['crashing'], events: [], logs: {}, missing: [] };
    const later = { ...captured, status: ['our own doing'] };
    runbook.cluster.verify = [anActionable({ captured }), anActionable({ captured: later })];
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'remediated', evidence: captured });
  });
});

describe('a run with nothing to do', () => {
  it.each([
    ['recovered', recovered, 'recovered', 'workloadHealthy'],
    ['without the fault', faultGone, 'notActionable', 'faultGone'],
  ])(
    'ends when the workload is %s, without an act and without asking the guard',
    async (_, assessment, outcome, reason) => {
      runbook.cluster.verify = [assessment];
      expect(await (await runbook.start()).report()).toMatchObject({ outcome, reason, steps: [] });
      expect(runbook.cluster.acts).toEqual([]);
      expect((await runbook.guardState()).answers).toEqual([]);
    },
  );

  it('records in Observe what it would have done', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Observe' } })];
    expect(await (await runbook.start()).report()).toMatchObject({
      outcome: 'notActionable',
      reason: 'observeOnly',
      summary: expect.stringContaining('would have taken evictPod, then rolloutRestart'),
      detail: expect.stringMatching(/^would have taken evictPod, then rolloutRestart; /),
    });
    expect(runbook.cluster.acts).toEqual([]);
    expect(runbook.cluster.events).toEqual(['RemediationSkipped']);
  });

  it('records in Observe that the pod could not come back, and not that it would have acted', async () => {
    const refused = { step: 0, code: 'NOT_REPLACEABLE', detail: 'evictPod: exceeded quota: q' } as const;
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Observe' }, refused })];
    expect(await (await runbook.start()).report()).toMatchObject({
      reason: 'observeOnly',
      wouldHave: { action: 'evictPod', verdict: 'deny', reason: 'notReplaceable' },
      summary: expect.stringContaining(
        'the guard would have granted it; the step would be refused (notReplaceable): evictPod: exceeded quota: q',
      ),
    });
    expect(runbook.cluster.acts).toEqual([]);
  });

  it('records in DryRun with what the API server refused it', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'DryRun' } })];
    runbook.cluster.remediate = [new MendflowError('NOT_REPLACEABLE', 'exceeded quota: q')];
    expect(await (await runbook.start()).report()).toMatchObject({
      wouldHave: { action: 'evictPod', verdict: 'deny', reason: 'notReplaceable' },
      summary: expect.stringContaining('the API server says: exceeded quota: q'),
    });
  });

  it('asks the API server in DryRun with dryRun, and nothing else', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'DryRun' } })];
    expect(await (await runbook.start()).report()).toMatchObject({
      reason: 'dryRunOnly',
      steps: [{ result: 'dryRun' }],
    });
    expect(runbook.cluster.calls.filter(({ name }) => name === 'remediate').map(({ input }) => input)).toMatchObject([
      { dryRun: true },
    ]);
  });
});

describe('deliveries', () => {
  it('of the same alert join the running run', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    const first = await runbook.start({ fingerprint: 'same' });
    await first.until(isIn('AwaitingApproval'));
    const { startsAt, receivedAt } = first.alert;
    await first.signal('alert', { startsAt, receivedAt });
    await first.say('abort');
    await first.report();
    expect(runbook.cluster.count('verify')).toBe(1);
  });

  it('with a signal that nobody knows do no harm', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    await run.signal('selfDestruct');
    await run.say('abort');
    expect(await run.report()).toMatchObject({ outcome: 'aborted' });
  });
});
