import { describe, expect, it } from '@jest/globals';
import { guards } from '../../../domain/guards/index.ts';
import { reasons } from '../../../domain/reasons.ts';
import { aGuardInput } from '../../support/builders.ts';

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

  it('keeps, between its rules, the statements that are kept by judging requests', () => {
    const kept = [...new Set(guards.flatMap(({ statements }) => statements))];
    const inOrder = kept.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
    expect(inOrder).toEqual('G1 G2 G3 G4 G5 G8 G9 G11 G12 G15 G16 G17 G18 G20 G22'.split(' '));
  });

  it('has for each reason one rule that gives it', () => {
    const given = guards.flatMap((guard) => guard.reasons);
    expect(new Set(given).size).toBe(given.length);
    expect(Object.keys(reasons)).toEqual(expect.arrayContaining([...given]));
  });

  it.each(guards)('$name says in one sentence when it objects', ({ summary }) => {
    expect(summary).toMatch(/^(Denies|Holds|Lets)\b.*\.$/);
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
      ownedTarget: ['scope.namespaces', 'scope.excludeLabels', 'label mendflow.dev/remediation: disabled'],
      concurrency: ['config: guard.concurrency'],
      correlated: [],
      maxUnhealthy: ['guards.maxUnhealthy'],
      flapping: ['guards.flapping'],
      sameFailure: ['guards.sameFailure'],
      attempts: ['guards.attempts'],
      minReady: ['guards.minReady'],
      controlPlane: ['config: guard.controlPlane'],
      calendar: ['guards.windows', 'guards.freezes', 'config: guard.freezes'],
      rollout: ['guards.duringRollout'],
      cooldown: ['guards.cooldown'],
      scopedBudgets: ['guards.budgets', 'config: guard.budgets'],
      budget: ['config: guard.budget'],
      zones: ['config: guard.zonesApart'],
    });
  });
});
