import { describe, expect, it } from '@jest/globals';
import { backtest } from '../../../../domain/analysis/backtest/index.ts';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import type { Policy } from '../../../../domain/policy/policy.ts';
import type { RunRecord } from '../../../../domain/run/record.ts';
import { aPolicy, aTarget, surroundings } from '../../../support/builders.ts';
import { aRecord, aRefusal, aStep } from '../../../support/records.ts';

const today = aPolicy();

function replayed(records: readonly RunRecord[], policies: readonly Policy[] = [today]) {
  return backtest(records, policies, defaultLimits);
}

const decided = (records: readonly RunRecord[], ...policies: Policy[]) =>
  replayed(records, policies.length === 0 ? [today] : policies).rows.map(({ would }) => would);

describe('the same policies', () => {
  it('decide the same again', () => {
    const { different, was, would } = replayed([aRecord(), aRecord({ minute: 60 })]);
    expect({ different, was, would }).toEqual({
      different: 0,
      was: { runs: 2, acted: 2, asked: 0, observed: 0, refused: 0, unknown: 0 },
      would: { runs: 2, acted: 2, asked: 0, observed: 0, refused: 0, unknown: 0 },
    });
  });

  it('climb the same ladder where the first step did not help', () => {
    const steps = [aStep('evictPod', 'unhealthy'), aStep('rolloutRestart', 'kept', 5)];
    const { rows } = replayed([aRecord({ steps })]);
    expect(rows).toMatchObject([{ verdict: 'same', would: { kind: 'acts', actions: ['evictPod', 'rolloutRestart'] } }]);
  });

  it('refuse again what the guard of that time refused by the surroundings', () => {
    const halfBroken = surroundings({ namespace: { total: 10, unhealthy: 6 } });
    const record = aRefusal('tooManyUnhealthy', { look: { surroundings: halfBroken } });
    const evictOnly = aPolicy({ steps: [{ evictPod: {} }] });
    expect(replayed([record], [evictOnly]).rows).toMatchObject([
      { verdict: 'same', would: { reason: 'tooManyUnhealthy' } },
    ]);
  });

  it('ask a person about the step after it, which takes no pod away', () => {
    const record = aRefusal('tooManyUnhealthy', {
      look: { surroundings: surroundings({ workload: { total: 3, unhealthy: 3 } }) },
    });
    expect(decided([record])).toMatchObject([{ kind: 'acts', actions: ['rolloutRestart'], asksPerson: true }]);
  });

  it('leave alone again what a pause or a storm had stopped', () => {
    const records = [aRefusal('paused', { look: 'none' }), aRefusal('storm')];
    expect(replayed(records).rows.map(({ verdict }) => verdict)).toEqual(['same', 'same']);
  });

  it('keep a person’s no', () => {
    const asking = aPolicy({ mode: 'Approve' });
    const record = aRefusal('approvalRejected', { outcome: 'escalated', look: { mode: 'Approve' } });
    expect(replayed([record], [asking]).rows).toMatchObject([{ verdict: 'same' }]);
  });
});

describe('a changed policy', () => {
  it('that no longer matches leaves the run alone', () => {
    const changed = aPolicy({ match: { alerts: ['alertname="Other"'] } });
    expect(decided([aRecord()], changed)).toMatchObject([
      { kind: 'refuses', reason: 'noPolicy', detail: 'crash-loop: alertname="Other" does not match' },
    ]);
  });

  it('with a higher priority drives the run in place of another', () => {
    const other = aPolicy({ priority: 500, steps: [{ rolloutRestart: {} }] }, 'restart-first');
    const { rows } = replayed([aRecord()], [today, other]);
    expect(rows).toMatchObject([
      { verdict: 'different', would: { kind: 'acts', policy: 'restart-first', actions: ['rolloutRestart'] } },
    ]);
  });

  it('acts where the one before only observed', () => {
    const record = aRecord({
      ...{ outcome: 'notActionable', reason: 'observeOnly', steps: [], look: { mode: 'Observe' } },
      wouldHave: { action: 'evictPod', verdict: 'grant' },
    });
    expect(replayed([record]).rows).toMatchObject([
      { verdict: 'different', was: { kind: 'observes' }, would: { kind: 'acts', actions: ['evictPod'] } },
    ]);
  });

  it('does no more than the place allowed then', () => {
    expect(decided([aRecord({ look: { allowedMode: 'Observe' } })])).toMatchObject([
      { kind: 'observes', action: 'evictPod', verdict: 'grant' },
    ]);
  });

  it('that asks a person acts with an approval', () => {
    const { would, rows } = replayed([aRecord()], [aPolicy({ mode: 'Approve' })]);
    expect(would).toMatchObject({ acted: 1, asked: 1 });
    expect(rows).toMatchObject([{ verdict: 'different' }]);
  });

  it('with a longer cooldown gives up a second act on the workload', () => {
    const slow = aPolicy({ guards: { cooldown: '2h', holdAtMost: '10m' } });
    expect(decided([aRecord(), aRecord({ minute: 30 })], slow)).toMatchObject([
      { kind: 'acts' },
      { kind: 'refuses', reason: 'heldTooLong', detail: expect.stringContaining('coolingDown') },
    ]);
  });

  it('that holds a run waits with it, and finds it over when it had recovered by then', () => {
    const records = [aRecord(), aRefusal('workloadHealthy', { minute: 2, outcome: 'recovered' })];
    expect(decided(records)).toMatchObject([
      { kind: 'acts' },
      { kind: 'refuses', reason: 'workloadHealthy', detail: expect.stringContaining('held (coolingDown') },
    ]);
  });

  it('that holds a run takes its step later', () => {
    const records = [aRecord(), aRecord({ minute: 2 })];
    expect(decided(records)).toMatchObject([{ kind: 'acts' }, { kind: 'acts', actions: ['evictPod'] }]);
  });

  it('passes over a step that would take the last ready pod away', () => {
    const alone = aTarget({ facts: { otherReadyPods: 0, desiredPods: 1 } });
    expect(decided([aRecord({ look: { target: alone } })])).toMatchObject([{ actions: ['rolloutRestart'] }]);
  });

  it('keeps to its scope', () => {
    const elsewhere = aPolicy({ scope: { namespaces: ['other'] } });
    expect(decided([aRecord()], elsewhere)).toMatchObject([{ kind: 'refuses', reason: 'namespaceNotAllowed' }]);
  });
});

describe('runs at the same time', () => {
  it('of one workload join the first', () => {
    expect(decided([aRecord(), aRecord({ minute: 0.1 })])).toMatchObject([
      { kind: 'acts' },
      { kind: 'refuses', reason: 'leasedByAnotherRun' },
    ]);
  });

  it('of two clusters do not count against each other', () => {
    const target = { ...aTarget(), cluster: 'prod' };
    expect(decided([aRecord(), aRecord({ look: { target }, target })])).toMatchObject([
      { kind: 'acts' },
      { kind: 'acts' },
    ]);
  });
});
