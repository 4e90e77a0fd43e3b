import { describe, expect, it } from '@jest/globals';
import { attempts } from '../../../domain/guards/attempts.ts';
import { budget } from '../../../domain/guards/budget.ts';
import { concurrency } from '../../../domain/guards/concurrency.ts';
import { cooldown, cooldownMs } from '../../../domain/guards/cooldown.ts';
import { guards } from '../../../domain/guards/index.ts';
import { minReady } from '../../../domain/guards/min-ready.ts';
import { ownership } from '../../../domain/guards/ownership.ts';
import { paused } from '../../../domain/guards/paused.ts';
import {
  aGuardInput,
  aGuardState,
  aLease,
  anAct,
  aPermitRequest,
  aTarget,
  minutes,
  now,
} from '../../support/builders.ts';

describe('the list of guards', () => {
  it('reads as the order of caution', () => {
    expect(guards.map(({ name }) => name)).toEqual([
      'paused',
      'storm',
      'ownedTarget',
      'concurrency',
      'correlated',
      'maxUnhealthy',
      'flapping',
      'sameFailure',
      'attempts',
      'minReady',
      'controlPlane',
      'calendar',
      'rollout',
      'cooldown',
      'scopedBudgets',
      'budget',
      'zones',
    ]);
  });

  it.each(guards)('$name has no objection to a first, modest request', ({ judge }) => {
    expect(judge(aGuardInput())).toBeUndefined();
  });
});

describe('paused', () => {
  it('denies everything while one pause stands, and says whose', () => {
    const pauses = [
      { id: '1', who: 'ada', why: 'migration', sinceMs: now },
      { id: '2', who: 'bob', why: 'audit', sinceMs: now },
    ];
    expect(paused.judge(aGuardInput({ state: aGuardState({ pauses }) }))).toEqual({
      kind: 'deny',
      reason: 'paused',
      detail: 'paused by ada: migration (and 1 more)',
    });
  });
});

describe('ownership', () => {
  const asked = (facts: object, given: object = {}) =>
    ownership({ target: aTarget({ facts, ...given }), allowedNamespaces: ['shop', 'kube-system'] })?.reason;

  it.each([
    ['a pod that a Deployment owns', {}, {}, undefined],
    ['a bare pod', { ownerKind: 'none' }, {}, 'notOwned'],
    ['a pod of a Job', { ownerKind: 'Job' }, {}, 'notOwned'],
    ['a pod of an unknown controller', { ownerKind: 'Rollout' }, {}, 'notOwned'],
    ['a mirror pod', { isMirrorPod: true }, {}, 'mirrorPod'],
    ['an object labelled out', { isOptedOut: true }, {}, 'optedOut'],
    ['our own workload', { isOurs: true }, {}, 'systemNamespace'],
    ['kube-system, even when the policy names it', {}, { namespace: 'kube-system' }, 'systemNamespace'],
    ['a namespace outside the policy', {}, { namespace: 'bank' }, 'namespaceNotAllowed'],
  ])('judges %s', (_, facts, given, reason) => {
    expect(asked(facts, given)).toBe(reason);
  });

  it('allows nothing when no namespace is allowed: empty never means all', () => {
    expect(ownership({ target: aTarget(), allowedNamespaces: [] })?.reason).toBe('namespaceNotAllowed');
  });
});

describe('minReady', () => {
  it('denies taking away the only ready pod', () => {
    const request = aPermitRequest({ target: aTarget({ facts: { otherReadyPods: 0, desiredPods: 1 } }) });
    expect(minReady.judge(aGuardInput({ request }))).toMatchObject({ kind: 'deny', reason: 'tooFewReady' });
  });

  it('does not mind a step that takes no pod away', () => {
    const steps = [{ rolloutRestart: {} }];
    const request = aPermitRequest({ spec: { steps }, target: aTarget({ facts: { otherReadyPods: 0 } }) });
    expect(minReady.judge(aGuardInput({ request }))).toBeUndefined();
  });
});

describe('concurrency', () => {
  it('lets a second run of the same workload join the first', () => {
    const state = aGuardState({ leases: [aLease({ workload: 'shop/Deployment/checkout' })] });
    expect(concurrency.judge(aGuardInput({ state }))).toMatchObject({
      kind: 'deny',
      reason: 'leasedByAnotherRun',
      holder: 'remediation/default/PodCrashLooping/other',
    });
  });

  it('holds a third remediation of a namespace', () => {
    const leases = ['cart', 'search'].map((name) => aLease({ runId: name, workload: `shop/Deployment/${name}` }));
    expect(concurrency.judge(aGuardInput({ state: aGuardState({ leases }) }))).toMatchObject({
      kind: 'hold',
      reason: 'namespaceBusy',
    });
  });

  it('holds a sixth remediation of the cluster', () => {
    const leases = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      aLease({ runId: name, namespace: name, workload: `${name}/Deployment/x` }),
    );
    expect(concurrency.judge(aGuardInput({ state: aGuardState({ leases }) }))).toMatchObject({
      kind: 'hold',
      reason: 'clusterBusy',
    });
  });

  it('does not count the run’s own lease', () => {
    const state = aGuardState({ leases: [aLease({ runId: 'run-1', workload: 'shop/Deployment/checkout' })] });
    expect(concurrency.judge(aGuardInput({ state }))).toBeUndefined();
  });
});

describe('cooldown', () => {
  it.each([
    ['no act', [], 0],
    ['one act', [0], 5],
    ['two acts', [0, 10], 10],
    ['three acts', [0, 10, 30], 20],
    ['seven acts, which would be 320 minutes', [0, 10, 20, 30, 40, 50, 60], 240],
    ['an act more than six hours after the one before', [0, 10, 400], 5],
  ])('rests %s → minutes', (_, actMinutes, expected) => {
    expect(cooldownMs(actMinutes.map(minutes), minutes(5))).toBe(minutes(expected));
  });

  it('holds a second remediation of the workload while it runs, and says how long', () => {
    const state = aGuardState({ acts: [anAct({ atMs: now - minutes(2) })] });
    expect(cooldown.judge(aGuardInput({ state }))).toEqual({
      kind: 'hold',
      reason: 'coolingDown',
      retryAfterMs: minutes(3),
      detail: 'remediated 2m ago; its cooldown runs 3m more',
    });
  });

  it('lets go at the moment it ends', () => {
    const state = aGuardState({ acts: [anAct({ atMs: now - minutes(5) })] });
    expect(cooldown.judge(aGuardInput({ state }))).toBeUndefined();
  });

  it('ignores other workloads, and acts that a person forgave', () => {
    const acts = [anAct({ workload: 'shop/Deployment/cart' }), anAct({ isForgiven: true })];
    expect(cooldown.judge(aGuardInput({ state: aGuardState({ acts }) }))).toBeUndefined();
  });
});

describe('attempts', () => {
  it('denies a fourth act of an episode', () => {
    const acts = [1, 2, 3].map((hours) => anAct({ runId: 'run-1', atMs: now - minutes(60 * hours) }));
    expect(attempts.judge(aGuardInput({ state: aGuardState({ acts }) }))).toMatchObject({
      kind: 'deny',
      reason: 'episodeAttempts',
    });
  });

  it('denies a seventh act of a day, whatever the episodes', () => {
    const acts = [1, 4, 8, 12, 16, 20].map((hours) =>
      anAct({ runId: `run-of-${hours}`, atMs: now - minutes(60 * hours) }),
    );
    expect(attempts.judge(aGuardInput({ state: aGuardState({ acts }) }))).toMatchObject({
      kind: 'deny',
      reason: 'dailyAttempts',
    });
  });

  it('forgets acts of the day before', () => {
    const acts = [25, 26, 27, 28, 29, 30].map((hours) => anAct({ runId: 'x', atMs: now - minutes(60 * hours) }));
    expect(attempts.judge(aGuardInput({ state: aGuardState({ acts }) }))).toBeUndefined();
  });
});

describe('budget', () => {
  const acts = (atMinutes: number[]) =>
    atMinutes.map((at, index) => anAct({ workload: `w${index}`, atMs: now - minutes(at) })).reverse();

  it('allows five at once and holds the sixth until a token is back', () => {
    const state = aGuardState({ acts: acts([0, 0, 0, 0, 0]) });
    expect(budget.judge(aGuardInput({ state }))).toMatchObject({
      kind: 'hold',
      reason: 'budgetSpent',
      retryAfterMs: minutes(1),
    });
  });

  it('counts an open lease as an act of this moment', () => {
    const leases = [1, 2, 3, 4, 5].map((n) => aLease({ runId: `${n}`, requestId: `${n}` }));
    expect(budget.judge(aGuardInput({ state: aGuardState({ leases }) }))).toMatchObject({
      kind: 'hold',
      reason: 'budgetSpent',
    });
  });

  it('gives a token back every minute', () => {
    const state = aGuardState({ acts: acts([1, 1, 1, 1, 1]) });
    expect(budget.judge(aGuardInput({ state }))).toBeUndefined();
  });

  it('never lets a sixteenth act into ten minutes, however they were spaced', () => {
    const spaced = Array.from({ length: 15 }, (_, index) => 9.9 - index * 0.6);
    expect(budget.judge(aGuardInput({ state: aGuardState({ acts: acts(spaced) }) }))).toMatchObject({ kind: 'hold' });
  });
});
