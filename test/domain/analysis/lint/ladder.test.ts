import { describe, expect, it } from '@jest/globals';
import type { PlannedStep } from '../../../../domain/policy/policy.ts';
import { aSoundPolicy, codesIn, findingsIn } from './support.ts';

const evict = { evictPod: {}, within: '5m' };
const restart = { rolloutRestart: {}, within: '10m' };
const silent = { escalation: [] };

/** A policy whose steps are of these risks; no action of high risk has to exist for it. */
const withRisks = (mode: string, ...steps: Partial<PlannedStep>[]) => {
  const policy = aSoundPolicy({ mode });
  const [first] = policy.spec.steps;
  if (first === undefined) throw new Error('the policy has no step');
  return { ...policy, spec: { ...policy.spec, steps: steps.map((step) => ({ ...first, ...step })) } };
};
const codesOf = (policy: ReturnType<typeof withRisks>) =>
  findingsIn([policy]).map(({ code, path }) => `${code} ${path.join('.')}`);

describe('a policy that acts', () => {
  it('is told that nothing is done where no signing key is set', () => {
    const missing = { isKeyMissing: true };
    expect(codesIn({ mode: 'Auto' }, missing)).toEqual(['keyMissing spec.mode']);
    expect(codesIn({ mode: 'Approve' }, missing)).toEqual(['keyMissing spec.mode']);
    for (const mode of ['Observe', 'DryRun']) expect(codesIn({ mode }, missing)).not.toContain('keyMissing spec.mode');
    expect(codesIn({ mode: 'Auto' })).toEqual([]);
  });
});

describe('a step that cordons a node', () => {
  const nodes = {
    scope: { nodes: { pool: 'web' } },
    verify: [{ nodeCondition: { type: 'Ready', status: 'NotTrue' } }],
  };
  const cordon = (undo: string) => codesIn({ ...nodes, steps: [{ cordonNode: {}, undo }] });

  it.each(['Unhealthy', 'Always'])('and uncordons it while it is broken is found: %s', (undo) => {
    expect(cordon(undo)).toEqual(['uncordonsBrokenNode spec.steps.0.undo']);
    const drain = { drainNode: {}, approval: 'Required', within: '30m', undo };
    expect(codesIn({ ...nodes, steps: [drain] })).toContain('uncordonsBrokenNode spec.steps.0.undo');
  });

  it.each(['WhenHealthy', 'Never'])('and leaves it cordoned until it is well is not: %s', (undo) => {
    expect(cordon(undo)).toEqual([]);
  });

  it('is told apart from one that takes a workload’s own change back', () => {
    const scale = { scale: { add: 1, max: 10 }, undo: 'Always' };
    expect(codesIn({ steps: [scale] })).not.toContain('uncordonsBrokenNode spec.steps.0.undo');
  });
});

describe('a ladder', () => {
  it('that goes down is found, at the milder step', () => {
    expect(codesIn({ steps: [restart, evict] })).toEqual(['stepsOutOfOrder spec.steps.1']);
    expect(codesIn({ steps: [evict, { ...evict, within: '6m' }] })).toEqual([]);
  });

  it('may offer a rollback first where a change came shortly before the fault', () => {
    const rollback = { rollback: { changedWithinMinutes: 60 }, approval: 'Required' };
    const scale = { scale: { add: 1, max: 10 }, approval: 'Required' };
    expect(codesIn({ steps: [evict, rollback, scale] })).not.toContain('stepsOutOfOrder spec.steps.2');
    expect(codesIn({ steps: [evict, { ...rollback, rollback: {} }, scale] })).toContain('stepsOutOfOrder spec.steps.2');
  });

  it('cannot prove a step that has no more time than the proof takes', () => {
    const steps = [evict];
    expect(codesIn({ steps, healthy: { stableFor: '5m' } })).toEqual(['neverStable spec.steps.0.within']);
    expect(codesIn({ steps, healthy: { stableFor: '4m59s' } })).toEqual([]);
  });

  it.each([['ImagePullBackOff'], ['CreateContainerConfigError']])('of restarts alone is no remedy for %s', (reason) => {
    const verify = [{ podCondition: { reason } }];
    expect(codesIn({ verify })).toEqual(['restartCannotHelp spec.steps']);
    expect(findingsIn([aSoundPolicy({ verify })])[0]?.message).toMatch(/A restart (cannot|rarely) help/);
  });

  it('with a step that changes what runs is told of the one that never helps', () => {
    const policy = withRisks(
      'Auto',
      {},
      { action: 'rollback', risk: 'high', approval: 'Required', takesPodAway: false },
    );
    policy.spec.verify = [{ podCondition: { reason: 'ImagePullBackOff', restartsAtLeast: 0 } }];
    expect(codesOf(policy)).toEqual(['restartCannotHelp spec.steps.0']);
    const [, changesWhatRuns] = policy.spec.steps;
    policy.spec.steps = changesWhatRuns === undefined ? [] : [changesWhatRuns];
    expect(codesOf(policy)).toEqual([]);
  });
});

describe('a step of high risk', () => {
  it.each([
    ['Auto', 'None', ['riskyWithoutApproval spec.steps.0']],
    ['Auto', 'WhenRisky', []],
    ['Auto', 'Required', []],
    ['Approve', 'None', []],
    ['Observe', 'None', []],
  ] as const)('in mode %s with approval %s', (mode, approval, found) => {
    expect(codesOf(withRisks(mode, { risk: 'high', approval }))).toEqual(found);
  });
});

describe('people', () => {
  it.each([
    ['are told of nothing by a policy that acts', { mode: 'Auto' }, ['escalationMissing spec.escalation']],
    ['need not be told by a policy that observes', { mode: 'Observe' }, []],
    ['hear of no question in mode Approve', { mode: 'Approve' }, ['approvalUnheard spec.steps.0']],
    [
      'hear of no question of a risky step',
      { steps: [{ ...restart, approval: 'WhenRisky' }] },
      ['approvalUnheard spec.steps.0'],
    ],
    [
      'need no question where little can be hurt',
      { steps: [{ ...evict, approval: 'WhenRisky' }] },
      ['escalationMissing spec.escalation'],
    ],
    [
      'hear of no question of a step',
      { steps: [evict, { ...restart, approval: 'Required' }] },
      ['approvalUnheard spec.steps.1'],
    ],
  ])('%s', (_, spec, found) => {
    expect(codesIn({ ...silent, ...spec })).toEqual(found);
    expect(codesIn({ ...silent, ...spec }, { hasFallbackReceiver: true })).toEqual([]);
  });

  it('two of whom must approve what nobody is asked about', () => {
    const approval = { twoPeople: true };
    expect(codesIn({ approval })).toEqual(['approvalUnused spec.approval.twoPeople']);
    expect(codesIn({ approval, steps: [{ ...evict, approval: 'WhenRisky' }] })).toEqual([]);
    expect(codesIn({ approval, mode: 'Approve' })).toEqual([]);
  });

  it('of a level that is never told are found', () => {
    const levels = (...levels: object[]) => ({ escalation: levels });
    expect(codesIn(levels({ notify: ['chat'] }, { notify: ['pager'] }))).toEqual([
      'levelNeverReached spec.escalation.0',
    ]);
    expect(codesIn(levels({ notify: ['chat'], acknowledgeWithin: '5m' }, { notify: ['pager'] }))).toEqual([]);
  });
});
