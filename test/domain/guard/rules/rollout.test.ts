import { describe, expect, it } from '@jest/globals';
import { rollout } from '../../../../domain/guard/rules/rollout.ts';
import { aGuardInput, aPermitRequest, surroundings } from '../../../support/builders.ts';

const judged = (guards: object = {}) =>
  rollout.judge(
    aGuardInput({
      request: aPermitRequest({ spec: { guards }, surroundings: surroundings({ rollout: '2 old pods are left' }) }),
    }),
  );

describe('rollout', () => {
  it('holds while the workload rolls out a change', () => {
    expect(judged()).toEqual({
      kind: 'hold',
      reason: 'rolloutInProgress',
      retryAfterMs: 30_000,
      detail: 'a rollout is under way: 2 old pods are left',
    });
  });

  it('lets a policy act all the same that says so', () => {
    expect(judged({ duringRollout: true })).toBeUndefined();
  });
});
