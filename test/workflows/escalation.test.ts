import { describe, expect, it } from '@jest/globals';
import type { Assessment } from '../../domain/run/assessment.ts';
import { guardIncident } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable, aPlan } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { faultGone, isIn, oncall, recovered, unhealthy } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
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
    ['BUDGETS_CONFLICT', 'evictionBlocked', 0],
    ['PERMISSION_DENIED', 'permissionDenied', 0],
    ['CREDENTIALS_REFUSED', 'permissionDenied', 0],
    ['ADMISSION_REFUSED', 'admissionRefused', 0],
  ] as const)('asks a person after %s, and returns the permit', async (code, reason, acts) => {
    runbook.cluster.remediate = [new MendflowError(code, 'no')];
    const run = await runbook.start();
    expect((await run.until(isIn('Escalated'))).timeline).toContainEqual(expect.objectContaining({ reason }));
    expect((await runbook.guardState()).acts).toHaveLength(acts);
    await run.say('takeOver');
    expect(await run.report()).toMatchObject({ outcome: 'escalated', reason: 'takenOver' });
  });

  it('waits for a disruption budget, asking the guard each time, and a person at the step’s deadline', async () => {
    runbook.cluster.verify = [anActionable({ spec: { ...oncall, steps: [{ evictPod: {}, within: '59s' }] } })];
    runbook.cluster.remediate = [new MendflowError('EVICTION_BLOCKED', 'needs 3 healthy pods')];
    const run = await runbook.start();
    expect(await run.later(isIn('Escalated'))).toMatchObject({ reason: 'evictionBlocked' });
    await run.say('takeOver');
    await run.report();
    expect(runbook.cluster.acts).toHaveLength(4);
    expect(runbook.cluster.count('verify')).toBe(4);
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
  });

  it('goes on as soon as the disruption budget allows it', async () => {
    runbook.cluster.remediate = [new MendflowError('EVICTION_BLOCKED', 'no'), { summary: 'evicted', changed: true }];
    expect(await (await runbook.start()).report()).toMatchObject({
      outcome: 'remediated',
      steps: [{ result: 'kept' }],
    });
  });

  it('counts an act whose result nobody knows', async () => {
    runbook.cluster.remediate = [new Error('a bug')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    expect((await runbook.guardState()).acts).toHaveLength(1);
    await run.say('abort');
    await run.report();
  });

  it('tells the fallback receiver when no policy says whom', async () => {
    runbook.cluster.verify = [new MendflowError('INTERNAL', 'a bug')];
    const run = await runbook.start();
    expect(await run.later(isIn('Escalated'))).toMatchObject({ reason: 'internalError' });
    await run.say('takeOver');
    await run.report();
    expect(runbook.receivers.messages).toEqual(['fallback:escalation', 'fallback:closed']);
  });

  it('touches nothing, and asks a person, when the cluster cannot be read', async () => {
    runbook.cluster.verify = [new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused')];
    const run = await runbook.start();
    expect(await run.later(isIn('Escalated'))).toMatchObject({ reason: 'clusterUnavailable', steps: [] });
    await run.say('takeOver');
    await run.report();
  });
});

describe('a broken node of the control plane', () => {
  const refusal = (mode: string): Assessment => ({
    ...{ kind: 'notActionable', reason: 'controlPlaneNode', detail: 'DiskPressure; it runs the control plane' },
    plan: aPlan({ mode, ...oncall }),
    verifiedAt: '',
  });

  it('is left alone, and whom the policy names is told, until it is healthy', async () => {
    runbook.cluster.verify = [refusal('Auto'), refusal('Auto'), recovered];
    const run = await runbook.start();
    expect(await run.until(isIn('Escalated'))).toMatchObject({ reason: 'controlPlaneNode' });
    expect(await run.report()).toMatchObject({ outcome: 'recovered', steps: [] });
    expect(runbook.receivers.messages).toEqual(['chat:escalation', 'chat:closed']);
  });

  it('is only written down where the policy observes', async () => {
    runbook.cluster.verify = [refusal('Observe')];
    expect(await (await runbook.start()).report()).toMatchObject({
      outcome: 'notActionable',
      reason: 'controlPlaneNode',
    });
    expect(runbook.receivers.messages).toEqual([]);
  });
});

describe('a ladder that ends', () => {
  it('tells level after level until somebody acknowledges, once each', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    expect(await run.later(({ escalationLevel }) => escalationLevel === 1)).toMatchObject({
      reason: 'ladderExhausted',
    });
    await run.say('takeOver');
    expect(await run.report()).toMatchObject({ outcome: 'escalated', reason: 'takenOver' });
    expect(runbook.cluster.acts).toEqual(['evictPod', 'rolloutRestart']);
    expect(runbook.receivers.messages.slice(0, 2)).toEqual(['chat:escalation', 'pager:escalation']);
    expect(runbook.receivers.messages.slice(2).sort()).toEqual(['chat:closed', 'pager:closed']);
  });

  it('goes on climbing although the alert resolved while the workload is not healthy', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall }), faultGone];
    runbook.cluster.remediate = [new MendflowError('BUDGETS_CONFLICT', 'two budgets')];
    const run = await runbook.start();
    await run.signal('resolved', run.alert);
    await run.later(() => runbook.receivers.messages.includes('pager:escalation'));
    await run.say('takeOver');
    expect(await run.report()).toMatchObject({ outcome: 'escalated' });
  });

  it('stops climbing when somebody acknowledges, and goes on when told to retry', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [
      new MendflowError('BUDGETS_CONFLICT', 'two budgets'),
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
    runbook.cluster.remediate = [new MendflowError('BUDGETS_CONFLICT', 'two budgets')];
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
    const run = await runbook.start();
    await run.later(isIn('Escalated'));
    await run.say('takeOver');
    const report = await run.report();
    expect(report.outcome).toBe('escalated');
    expect(report.timeline).toContainEqual(
      expect.objectContaining({ what: 'chat could not be told: chat answered 404' }),
    );
  });
});

describe('an escalation that is open', () => {
  const gone = (reason: 'targetGone' | 'targetReplaced'): Assessment => ({
    ...{ kind: 'notActionable', reason, detail: 'the Deployment is not there any more', verifiedAt: '' },
  });

  /** A run that a person is asked about; the looks at the cluster after that are given. */
  async function escalated(...looks: Assessment[]) {
    runbook.cluster.verify = [anActionable({ spec: oncall }), ...looks];
    runbook.cluster.remediate = [new MendflowError('BUDGETS_CONFLICT', 'two budgets')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    return run;
  }

  it.each(['targetGone', 'targetReplaced'] as const)(
    'ends when the workload is %s, though its alert fires',
    async (reason) => {
      const run = await escalated(faultGone, gone(reason));
      expect(await run.report()).toMatchObject({ outcome: 'notActionable', reason });
    },
  );

  it('looks at the cluster less and less often, and never stops', async () => {
    const run = await escalated(faultGone);
    const startedMs = await runbook.nowMs();
    await run.later(() => runbook.cluster.count('verify') >= 12);
    const hours = ((await runbook.nowMs()) - startedMs) / 3_600_000;
    expect(hours).toBeGreaterThan(2.5);
    expect(hours).toBeLessThan(4.5);
    await run.say('takeOver');
    await run.report();
  });

  it('does not try again for a hint from the guard where its reason does not pass by itself', async () => {
    const run = await escalated(faultGone);
    await run.signal('lookAgain');
    await run.later(() => runbook.cluster.count('verify') >= 3);
    expect(runbook.cluster.acts).toHaveLength(1);
    expect((await run.status()).phase).toBe('Escalated');
    await run.say('takeOver');
    await run.report();
  });

  it('asks nobody about a cluster that another run asks about, though it has acted; it looks again by itself', async () => {
    const down = new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused');
    runbook.cluster.verify = [anActionable({ spec: oncall }), down];
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    const speaker = { key: 'clusterUnavailable', workflowId: 'remediation/another' } as const;
    await runbook.guard.executeUpdate(guardIncident, { args: [speaker] });
    const run = await runbook.start();
    await run.later(({ timeline }) => timeline.at(-1)?.what === 'remediation/another asks people about the cluster');
    expect(runbook.receivers.messages).toEqual([]);
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.receivers.messages).toEqual([]);
  });

  it('tries again when it is told to look and the cluster can be read again', async () => {
    const down = new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused');
    runbook.cluster.verify = [anActionable({ spec: oncall }), down];
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    const run = await runbook.start();
    expect(await run.later(isIn('Escalated'))).toMatchObject({ reason: 'clusterUnavailable' });
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    await run.signal('lookAgain');
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.receivers.messages).toEqual(['chat:escalation', 'chat:closed']);
  });

  it('tries again when the guard says that the pause may be over', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    runbook.cluster.duringRemediate = async () => {
      runbook.cluster.duringRemediate = async () => {};
      await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    };
    const run = await runbook.start();
    expect(await run.later(isIn('Escalated'))).toMatchObject({ reason: 'paused' });
    await runbook.order('resume', { id: 'p', who: 'ada', why: 'done' });
    await runbook.untilGuard(({ pauses }) => pauses.length === 0);
    await run.signal('lookAgain');
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
  });
});
