import { describe, expect, it } from '@jest/globals';
import { minReady } from '../../../../domain/guard/rules/min-ready.ts';
import { aGuardInput, aPermitRequest, aTarget } from '../../../support/builders.ts';

const judged = (otherReadyPods: number, spec: Record<string, unknown> = {}) =>
  minReady.judge(
    aGuardInput({ request: aPermitRequest({ spec, target: aTarget({ facts: { otherReadyPods, desiredPods: 3 } }) }) }),
  );

describe('minReady', () => {
  it('denies taking away the only ready pod: a single replica is never evicted by default', () => {
    expect(judged(0)).toEqual({
      kind: 'deny',
      reason: 'tooFewReady',
      detail: 'besides shop/checkout-1, 0 pods are ready; at least 1 must be',
    });
  });

  it.each([
    [1, 1, undefined],
    [2, 1, 'tooFewReady'],
    [2, 2, undefined],
    [2, 3, undefined],
    [0, 0, undefined],
  ])('with minReady %i and %i others ready gives %s', (minReadyPods, others, reason) => {
    expect(judged(others, { guards: { minReady: minReadyPods } })?.reason).toBe(reason);
  });

  it('does not mind a step that takes no pod away', () => {
    expect(judged(0, { steps: [{ rolloutRestart: {} }] })).toBeUndefined();
  });
});
