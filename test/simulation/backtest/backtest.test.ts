import { describe, expect, it } from '@jest/globals';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import type { Policy } from '../../../domain/policy/policy.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import { backtest } from '../../../simulation/backtest/backtest.ts';
import { aPolicy, aTarget, surroundings } from '../../support/builders.ts';
import { aRecord, aRefusal, aStep, at } from '../../support/records.ts';

const today = aPolicy();

function replayed(records: readonly RunRecord[], policies: readonly Policy[] = [today]) {
  return backtest(records, policies, defaultLimits);
}

const decided = async (records: readonly RunRecord[], ...policies: Policy[]) =>
  (await replayed(records, policies.length === 0 ? [today] : policies)).rows.map(({ would }) => would);

describe('the same policies', () => {
  it('decide the same again', async () => {
    const { different, was, would } = await replayed([aRecord(), aRecord({ minute: 60 })]);
    expect({ different, was, would }).toEqual({
      different: 0,
      was: { runs: 2, acted: 2, asked: 0, observed: 0, refused: 0, unknown: 0 },
      would: { runs: 2, acted: 2, asked: 0, observed: 0, refused: 0, unknown: 0 },
    });
  });

  it('climb the same ladder where the first step did not help', async () => {
    const steps = [aStep('evictPod', 'unhealthy'), aStep('rolloutRestart', 'kept', 5)];
    const { rows } = await replayed([aRecord({ steps })]);
    expect(rows).toMatchObject([{ verdict: 'same', would: { kind: 'acts', actions: ['evictPod', 'rolloutRestart'] } }]);
  });

  it('refuse again what the guard of that time refused by the surroundings', async () => {
    const halfBroken = surroundings({ namespace: { total: 10, unhealthy: 6 } });
    const record = aRefusal('tooManyUnhealthy', { look: { surroundings: halfBroken } });
    const evictOnly = aPolicy({ steps: [{ evictPod: {} }] });
    expect((await replayed([record], [evictOnly])).rows).toMatchObject([
      { verdict: 'same', would: { reason: 'tooManyUnhealthy' } },
    ]);
  });

  it('ask a person about the step after it, which takes no pod away', async () => {
    const record = aRefusal('tooManyUnhealthy', {
      look: { surroundings: surroundings({ workload: { total: 3, unhealthy: 3 } }) },
    });
    expect(await decided([record])).toMatchObject([{ kind: 'acts', actions: ['rolloutRestart'], asksPerson: true }]);
  });

  it('leave alone again what a pause or a storm had stopped', async () => {
    const records = [aRefusal('paused', { look: 'none' }), aRefusal('storm')];
    expect((await replayed(records)).rows.map(({ verdict }) => verdict)).toEqual(['same', 'same']);
  });

  it('keep a person’s no', async () => {
    const asking = aPolicy({ mode: 'Approve' });
    const record = aRefusal('approvalRejected', { outcome: 'escalated', look: { mode: 'Approve' } });
    expect((await replayed([record], [asking])).rows).toMatchObject([{ verdict: 'same' }]);
  });
});

describe('what people did then', () => {
  const asking = aPolicy({ mode: 'Approve' });

  it('a run that nobody approved is not approved, whatever it ended with', async () => {
    const record = aRefusal('workloadHealthy', {
      ...{ outcome: 'recovered', escalatedFor: 'approvalRejected', segments: { awaitingApprovalMs: 300_000 } },
      ...{ look: { mode: 'Approve' }, closedAt: at(30) },
    });
    expect((await replayed([record], [asking])).rows).toMatchObject([
      { verdict: 'same', would: { kind: 'refuses', reason: 'approvalRejected' } },
    ]);
  });

  it('a run that a person took over keeps the steps that it had taken', async () => {
    const steps = [aStep('evictPod', 'unhealthy'), aStep('rolloutRestart', 'unhealthy', 5)];
    const record = aRecord({ outcome: 'escalated', reason: 'takenOver', steps, closedAt: at(60) });
    expect(await decided([record], asking)).toMatchObject([
      { kind: 'acts', actions: ['evictPod', 'rolloutRestart'], asksPerson: true },
    ]);
  });
});

describe('a step that could not be done then', () => {
  const failed = (detail: string) => ({ ...aStep('evictPod', 'failed'), detail });

  it('gives way to the next step where it did so then', async () => {
    const record = aRecord({ steps: [failed('NOT_REPLACEABLE'), aStep('rolloutRestart', 'kept')] });
    expect((await replayed([record])).rows).toMatchObject([
      { verdict: 'same', would: { actions: ['rolloutRestart'] } },
    ]);
  });

  it('is a person’s case where a right is missing', async () => {
    const record = aRecord({
      ...{ outcome: 'recovered', reason: 'workloadHealthy', escalatedFor: 'permissionDenied' },
      steps: [failed('PERMISSION_DENIED')],
    });
    expect((await replayed([record])).rows).toMatchObject([{ verdict: 'same', would: { reason: 'permissionDenied' } }]);
  });
});

describe('a changed policy', () => {
  it('that no longer matches leaves the run alone', async () => {
    const changed = aPolicy({ match: { alerts: ['alertname="Other"'] } });
    expect(await decided([aRecord()], changed)).toMatchObject([
      { kind: 'refuses', reason: 'noPolicy', detail: 'crash-loop: alertname="Other" does not match' },
    ]);
  });

  it('with a higher priority drives the run in place of another', async () => {
    const other = aPolicy({ priority: 500, steps: [{ rolloutRestart: {} }] }, 'restart-first');
    const { rows } = await replayed([aRecord()], [today, other]);
    expect(rows).toMatchObject([
      { verdict: 'different', would: { kind: 'acts', policy: 'restart-first', actions: ['rolloutRestart'] } },
    ]);
  });

  it('acts where the one before only observed', async () => {
    const record = aRecord({
      ...{ outcome: 'notActionable', reason: 'observeOnly', steps: [], look: { mode: 'Observe' } },
      wouldHave: { action: 'evictPod', verdict: 'grant' },
    });
    expect((await replayed([record])).rows).toMatchObject([
      { verdict: 'different', was: { kind: 'observes' }, would: { kind: 'acts', actions: ['evictPod'] } },
    ]);
  });

  it('heals once where alerts of one workload were only observed again and again', async () => {
    const observed = { outcome: 'notActionable', reason: 'observeOnly', steps: [], look: { mode: 'Observe' } } as const;
    const wouldHave = { action: 'evictPod', verdict: 'grant' } as const;
    const records = [0, 2, 4].map((minute) => aRecord({ ...observed, steps: [], wouldHave, minute }));
    expect(await decided(records)).toMatchObject([
      { kind: 'acts' },
      { kind: 'refuses', reason: 'workloadHealthy', detail: expect.stringContaining('held (coolingDown') },
      { kind: 'refuses', reason: 'workloadHealthy' },
    ]);
  });

  it('does no more than the place allowed then', async () => {
    expect(await decided([aRecord({ look: { allowedMode: 'Observe' } })])).toMatchObject([
      { kind: 'observes', action: 'evictPod', verdict: 'grant' },
    ]);
  });

  it('that asks a person acts with an approval', async () => {
    const { would, rows } = await replayed([aRecord()], [aPolicy({ mode: 'Approve' })]);
    expect(would).toMatchObject({ acted: 1, asked: 1 });
    expect(rows).toMatchObject([{ verdict: 'different' }]);
  });

  it('with a longer cooldown gives up a second act on the workload', async () => {
    const slow = aPolicy({ guards: { cooldown: '2h', holdAtMost: '10m' } });
    expect(await decided([aRecord(), aRecord({ minute: 30 })], slow)).toMatchObject([
      { kind: 'acts' },
      { kind: 'refuses', reason: 'heldTooLong', detail: expect.stringContaining('coolingDown') },
    ]);
  });

  it('that holds a run waits with it, and finds it over when it had recovered by then', async () => {
    const records = [aRecord(), aRefusal('workloadHealthy', { minute: 2, outcome: 'recovered' })];
    expect(await decided(records)).toMatchObject([
      { kind: 'acts' },
      { kind: 'refuses', reason: 'workloadHealthy', detail: expect.stringContaining('held (coolingDown') },
    ]);
  });

  it('that holds a run takes its step later', async () => {
    const records = [aRecord(), aRecord({ minute: 2 })];
    expect(await decided(records)).toMatchObject([{ kind: 'acts' }, { kind: 'acts', actions: ['evictPod'] }]);
  });

  it('passes over a step that would take the last ready pod away', async () => {
    const alone = aTarget({ facts: { otherReadyPods: 0, desiredPods: 1 } });
    expect(await decided([aRecord({ look: { target: alone } })])).toMatchObject([{ actions: ['rolloutRestart'] }]);
  });

  it('keeps to its scope', async () => {
    const elsewhere = aPolicy({ scope: { namespaces: ['other'] } });
    expect(await decided([aRecord()], elsewhere)).toMatchObject([{ kind: 'refuses', reason: 'namespaceNotAllowed' }]);
  });
});

describe('runs at the same time', () => {
  it('of one workload join the first', async () => {
    expect(await decided([aRecord(), aRecord({ minute: 0.1 })])).toMatchObject([
      { kind: 'acts' },
      { kind: 'refuses', reason: 'leasedByAnotherRun' },
    ]);
  });

  it('of two clusters do not count against each other', async () => {
    const target = { ...aTarget(), cluster: 'prod' };
    expect(await decided([aRecord(), aRecord({ look: { target }, target })])).toMatchObject([
      { kind: 'acts' },
      { kind: 'acts' },
    ]);
  });
});
