import { describe, expect, it } from '@jest/globals';
import { defaultLimits } from '../../../../domain/guard/rules/guard.ts';
import { guards } from '../../../../domain/guard/rules/index.ts';
import { reasons } from '../../../../domain/run/reasons.ts';
import { aGuardInput, minutes } from '../../../support/builders.ts';

describe('the list of guards', () => {
  it('reads as the order of caution', () => {
    expect(guards.map(({ name }) => name)).toEqual([
      'paused',
      'storm',
      'ownedTarget',
      'concurrency',
      'silentNode',
      'conversation',
      'correlated',
      'maxUnhealthy',
      'flapping',
      'sameFailure',
      'unhelpful',
      'attempts',
      'minReady',
      'controlPlane',
      'calendar',
      'rollout',
      'cooldown',
      'drains',
      'scopedBudgets',
      'budget',
      'zones',
    ]);
  });

  it.each(guards)('$name has no objection to a first, modest request', ({ judge }) => {
    expect(judge(aGuardInput())).toBeUndefined();
  });

  it('says which statements each rule keeps, and with which reasons', () => {
    const kept = guards.map(({ name, statements, reasons: given }) => [name, [...statements, ...given].join(' ')]);
    expect(Object.fromEntries(kept)).toEqual({
      paused: 'G15 paused',
      storm: 'G5 storm stormPaced',
      ownedTarget:
        'G8 G9 systemNamespace namespaceNotAllowed nodeNotAllowed controlPlaneNode optedOut mirrorPod notOwned',
      concurrency: 'G3 leasedByAnotherRun namespaceBusy clusterBusy',
      silentNode: 'G24 L9 nodeSilent',
      conversation: 'G19 withPerson triedBefore',
      correlated: 'G5 correlatedCause',
      maxUnhealthy: 'G4 tooManyUnhealthy',
      flapping: 'G16 flapping',
      sameFailure: 'G17 sameFailure',
      unhelpful: 'G17 cannotHelp',
      attempts: 'G2 episodeAttempts dailyAttempts',
      minReady: 'G11 tooFewReady',
      controlPlane: 'G18 controlPlaneDegraded',
      calendar: 'G12 frozen outsideWindow',
      rollout: 'G12 rolloutInProgress',
      cooldown: 'G2 coolingDown',
      drains: 'G1 drainsSpent',
      scopedBudgets: 'G1 scopeSpent',
      budget: 'G1 G20 budgetSpent',
      zones: 'G22 zonesApart',
    });
  });

  it('has for each reason one rule that gives it', () => {
    const given = guards.flatMap((guard) => guard.reasons);
    expect(new Set(given).size).toBe(given.length);
    expect(Object.keys(reasons)).toEqual(expect.arrayContaining([...given]));
  });

  it.each(guards)('$name says in one sentence when it objects', ({ summary }) => {
    expect(summary).toMatch(/^(Denies|Holds|Lets)\b.*\.$/);
  });

  it('is bound, unless the configuration says otherwise, as the statements say', () => {
    expect(defaultLimits).toEqual({
      budget: { burst: 5, perWindow: 10, windowMs: minutes(10) },
      budgets: [],
      concurrency: { namespace: 2, cluster: 5 },
      storm: {
        workloads: 20,
        percent: 30,
        atLeast: 5,
        withinMs: minutes(5),
        calmMs: minutes(10),
        paceMs: minutes(2),
      },
      drains: { max: 2, perMs: minutes(60) },
      controlPlane: { p99Ms: 2_000, serverErrors: 5, throttledPercent: 10, notReadyPercent: 30, minCalls: 20 },
      zonesApartMs: minutes(1),
      sweepPerSecond: 1,
      freezes: [],
    });
  });

  it('names each rule and each setting', () => {
    expect(Object.fromEntries(guards.map(({ name, settings }) => [name, settings]))).toEqual({
      paused: [
        'mendflow pause',
        'config: guard.paused',
        'config: guard.pauseConfigMap',
        'annotation mendflow.dev/pause-until',
      ],
      storm: ['config: guard.storm'],
      ownedTarget: [
        'scope.namespaces',
        'scope.nodes',
        'scope.excludeLabels',
        'label mendflow.dev/remediation: disabled',
      ],
      concurrency: ['config: guard.concurrency'],
      silentNode: [],
      conversation: [],
      correlated: [],
      maxUnhealthy: ['guards.maxUnhealthy'],
      flapping: ['guards.flapping'],
      sameFailure: ['guards.sameFailure'],
      unhelpful: [],
      attempts: ['guards.attempts'],
      minReady: ['guards.minReady'],
      controlPlane: ['config: guard.controlPlane'],
      calendar: ['guards.windows', 'guards.freezes', 'config: guard.freezes'],
      rollout: ['guards.duringRollout'],
      cooldown: ['guards.cooldown'],
      drains: ['config: guard.drains'],
      scopedBudgets: ['guards.budgets', 'config: guard.budgets'],
      budget: ['config: guard.budget'],
      zones: ['config: guard.zonesApart'],
    });
  });
});
