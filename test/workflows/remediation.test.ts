import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Assessment } from '../../domain/assessment.ts';
import { MendflowError } from '../../domain/errors.ts';
import type { RunStatus } from '../../domain/status.ts';
import { anActionable, aPlan, aTarget, minutes } from '../support/builders.ts';
import { Runbook } from '../support/runbook.ts';

jest.setTimeout(30_000);

let runbook: Runbook;
beforeAll(async () => {
  runbook = await Runbook.open();
}, 60_000);
afterAll(() => runbook.close());
beforeEach(() => runbook.reset());

const isIn = (phase: RunStatus['phase']) => (status: RunStatus) => status.phase === phase;
const recovered: Assessment = {
  kind: 'recovered',
  target: aTarget(),
  plan: aPlan(),
  reason: 'workloadHealthy',
  detail: 'all 3 pods ready',
  verifiedAt: '',
};
const faultGone = {
  kind: 'notActionable' as const,
  reason: 'faultGone' as const,
  detail: 'no pod crashes',
  verifiedAt: '',
};
const unhealthy = { kind: 'unhealthy' as const, detail: 'checkout-2 crashes', evidence: ['restarts 4 → 6'] };
const oncall = { escalation: [{ notify: ['chat'], acknowledgeWithin: '15m' }, { notify: ['pager'] }] };

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
    expect(runbook.cluster.calls.map(({ name }) => name)).toEqual([
      'verify',
      'captureEvidence',
      'remediate',
      'waitForHealthy',
    ]);
    expect(runbook.cluster.events).toEqual(['RemediationStarted', 'RemediationSucceeded']);
    expect(await runbook.guardState()).toMatchObject({
      leases: [],
      acts: [{ workload: 'default/shop/Deployment/checkout' }],
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

  it('keeps what it saw before the first act as evidence, and goes on without it when it cannot be had', async () => {
    runbook.cluster.evidence = [new Error('no logs')];
    expect(await (await runbook.start()).report()).toMatchObject({
      outcome: 'remediated',
      evidence: { missing: ['no logs'] },
    });
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
    });
    expect(runbook.cluster.acts).toEqual([]);
    expect(runbook.cluster.events).toEqual(['RemediationSkipped']);
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

describe('the guard’s word', () => {
  it('ends a run quietly while remediation is paused', async () => {
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'denied', reason: 'paused' });
    expect(runbook.cluster.acts).toEqual([]);
    expect(runbook.receivers.told).toEqual([]);
  });

  it('lets a second alert of the same workload join the run that holds it', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    const first = await runbook.start();
    await first.until(isIn('AwaitingApproval'));
    const second = await runbook.start();
    expect(await second.report()).toMatchObject({ outcome: 'merged', mergedInto: first.id });
    expect((await first.until(({ joined }) => joined.length > 0)).joined).toEqual([second.id]);
  });

  it('holds through the cooldown of an earlier run, verifies again, and only then acts', async () => {
    await (await runbook.start()).report();
    runbook.cluster.calls.length = 0;
    const report = await (await runbook.start()).report();
    expect(report.outcome).toBe('remediated');
    expect(report.timeline).toContainEqual(expect.objectContaining({ reason: 'coolingDown' }));
    expect(runbook.cluster.calls.map(({ name }) => name).slice(0, 3)).toEqual(['verify', 'verify', 'captureEvidence']);
  });

  it('does nothing after a hold when the fault went away meanwhile', async () => {
    await (await runbook.start()).report();
    runbook.cluster.verify = [anActionable(), recovered];
    const before = runbook.cluster.acts.length;
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'recovered' });
    expect(runbook.cluster.acts).toHaveLength(before);
  });

  it('asks a person when the guard holds for longer than the policy waits', async () => {
    const spec = { guards: { cooldown: '4h', holdAtMost: '1h' }, ...oncall };
    runbook.cluster.verify = [anActionable({ spec })];
    await (await runbook.start()).report();
    const run = await runbook.start();
    const status = await run.until(isIn('Escalated'));
    expect(status.timeline).toContainEqual(expect.objectContaining({ reason: 'heldTooLong' }));
    await run.say('abort');
    await run.report();
  });

  it('climbs past a step that would take the last ready pod away', async () => {
    runbook.cluster.verify = [anActionable({ target: aTarget({ facts: { otherReadyPods: 0, desiredPods: 1 } }) })];
    expect(await (await runbook.start()).report()).toMatchObject({
      outcome: 'remediated',
      steps: [{ action: 'rolloutRestart' }],
    });
  });

  it('grants nothing while the rules cannot be asked', async () => {
    runbook.rulesFail = true;
    const run = await runbook.start();
    await run.until((status) => status.verdicts.some(({ verdict }) => verdict === 'hold'));
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    expect(await run.report()).toMatchObject({ outcome: 'aborted' });
  });

  it('takes no step while there is no guard at all', async () => {
    await runbook.reset({ hasGuard: false });
    const run = await runbook.start();
    await run.until(({ timeline }) => timeline.some(({ reason }) => reason === 'guardUnavailable'));
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    expect(await run.report()).toMatchObject({ outcome: 'aborted', steps: [] });
  });
});

describe('a step that cannot be taken', () => {
  it.each([
    ['TARGET_GONE', 'recovered'],
    ['TARGET_REPLACED', 'recovered'],
    ['FAULT_GONE', 'recovered'],
    ['LEASE_EXPIRED', 'recovered'],
  ] as const)('looks again after %s, and counts no act', async (code, outcome) => {
    runbook.cluster.remediate = [new MendflowError(code, 'moved on')];
    runbook.cluster.verify = [anActionable(), recovered];
    expect(await (await runbook.start()).report()).toMatchObject({ outcome });
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
  });

  it('goes to the next step when the action does not fit', async () => {
    runbook.cluster.remediate = [
      new MendflowError('NOT_APPLICABLE', 'paused rollout'),
      { summary: 'restarted', changed: true },
    ];
    expect(await (await runbook.start()).report()).toMatchObject({
      steps: [{ result: 'failed' }, { action: 'rolloutRestart', result: 'kept' }],
    });
  });

  it.each([
    ['EVICTION_BLOCKED', 'evictionBlocked', 0],
    ['PERMISSION_DENIED', 'permissionDenied', 0],
  ] as const)('asks a person after %s, and returns the permit', async (code, reason, acts) => {
    runbook.cluster.remediate = [new MendflowError(code, 'no')];
    const run = await runbook.start();
    expect((await run.until(isIn('Escalated'))).timeline).toContainEqual(expect.objectContaining({ reason }));
    expect((await runbook.guardState()).acts).toHaveLength(acts);
    await run.say('takeOver');
    expect(await run.report()).toMatchObject({ outcome: 'escalated', reason: 'takenOver' });
  });

  it('counts an act whose result nobody knows', async () => {
    runbook.cluster.remediate = [new Error('a bug')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    expect((await runbook.guardState()).acts).toHaveLength(1);
    await run.say('abort');
    await run.report();
  });

  it('touches nothing, and asks a person, when the cluster cannot be read', async () => {
    runbook.cluster.verify = [new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused')];
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({ outcome: 'escalated', reason: 'clusterUnavailable', steps: [] });
  });
});

describe('a ladder that ends', () => {
  it('tells level after level until somebody acknowledges, once each', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    const report = await run.report();
    expect(report).toMatchObject({ outcome: 'escalated', reason: 'ladderExhausted' });
    expect(runbook.cluster.acts).toEqual(['evictPod', 'rolloutRestart']);
    expect(runbook.receivers.messages).toEqual(['chat:escalation', 'pager:escalation', 'chat:closed', 'pager:closed']);
  });

  it('stops climbing when somebody acknowledges, and goes on when told to retry', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [
      new MendflowError('EVICTION_BLOCKED', 'budget'),
      { summary: 'evicted', changed: true },
    ];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('acknowledge', { who: 'bob' });
    expect((await run.status()).acknowledgedBy).toBe('bob');
    await run.say('retry', { who: 'bob', note: 'budget loosened' });
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.receivers.messages).toEqual(['chat:escalation', 'chat:closed']);
  });

  it('ends recovered when the alert resolves and the workload is healthy: "resolved" alone is not believed', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall }), faultGone, recovered];
    runbook.cluster.remediate = [new MendflowError('EVICTION_BLOCKED', 'budget')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.signal('resolved', { ...run.alert, status: 'resolved' });
    expect(await run.report()).toMatchObject({ outcome: 'recovered' });
    expect(runbook.cluster.count('verify')).toBe(3);
  });

  it('asks a person, and ends nothing quietly, when an act left the workload neither ill as before nor healthy', async () => {
    runbook.cluster.verify = [anActionable(), faultGone];
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    const status = await run.until(isIn('Escalated'));
    expect(status.timeline).toContainEqual(expect.objectContaining({ reason: 'ladderExhausted' }));
    await run.say('abort');
    await run.report();
  });

  it('does not change its outcome when a receiver refuses the message', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.health = [unhealthy];
    runbook.receivers.verdict = { delivered: false, detail: 'chat answered 404' };
    const report = await (await runbook.start()).report();
    expect(report.outcome).toBe('escalated');
    expect(report.timeline).toContainEqual(
      expect.objectContaining({ what: 'chat refused the message: chat answered 404' }),
    );
  });
});

describe('people', () => {
  const approve = { spec: { mode: 'Approve', ...oncall } };

  it('approve a step: it is verified and permitted once more, then taken', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    expect(await run.say('approve', { digest: question?.digest })).toBe('approve is taken');
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.cluster.count('verify')).toBe(2);
    expect(runbook.receivers.messages).toEqual(['chat:approvalNeeded', 'chat:closed']);
  });

  it('cannot approve anything but the open question', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    await run.until(({ question }) => question !== undefined);
    await expect(run.say('approve', { digest: 'of another question' })).rejects.toMatchObject({
      cause: { type: 'TOO_LATE' },
    });
    await run.signal('approve', { id: 'raw', who: 'mallory', at: '', digest: 'guessed' });
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    await run.report();
  });

  it('say no by silence: an approval expires', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const report = await (await runbook.start()).report();
    expect(report.timeline).toContainEqual(expect.objectContaining({ reason: 'approvalExpired' }));
    expect(runbook.cluster.acts).toEqual([]);
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
  });

  it('reject a step: a person is asked what else to do', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    await run.say('reject', { digest: question?.digest, note: 'not during the sale' });
    const status = await run.until(isIn('Escalated'));
    expect(status.timeline).toContainEqual(expect.objectContaining({ reason: 'approvalRejected' }));
    await run.say('abort');
    await run.report();
  });

  it('do not see another object remedied than the one they approved', async () => {
    runbook.cluster.verify = [
      anActionable(approve),
      anActionable({ ...approve, target: aTarget({ pod: 'checkout-2' }) }),
    ];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    await run.say('approve', { digest: question?.digest });
    await run.until(isIn('Escalated'));
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    await run.report();
  });

  it('abort a run wherever it is; the permit goes back', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    await run.say('abort', { note: 'fixed by hand' });
    expect(await run.report()).toMatchObject({
      outcome: 'aborted',
      reason: 'aborted',
      summary: expect.stringContaining('fixed by hand'),
    });
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
  });

  it('are told at once when they come too late, and a repeat of their message changes nothing', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [new MendflowError('PERMISSION_DENIED', 'no')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('acknowledge', { id: 'one', who: 'ada' });
    expect(await run.say('acknowledge', { id: 'one', who: 'ada' })).toBe('acknowledge was taken already');
    await expect(run.say('acknowledge', { id: 'two', who: 'bob' })).rejects.toMatchObject({
      cause: { message: 'ada acknowledged already' },
    });
    await run.say('abort');
    await run.report();
  });

  it('can cancel the workflow in Temporal: the run ends aborted, in order', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    await run.cancel();
    expect(await run.report()).toMatchObject({
      outcome: 'aborted',
      summary: expect.stringContaining('a cancel request to Temporal'),
    });
  });
});

describe('deliveries', () => {
  it('of the same alert join the running run', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    const first = await runbook.start({ fingerprint: 'same' });
    await first.until(isIn('AwaitingApproval'));
    await runbook.start({ fingerprint: 'same' });
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
