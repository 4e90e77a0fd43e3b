import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../../../domain/guard/records.ts';
import { unhelpful } from '../../../../domain/guard/rules/unhelpful.ts';
import { workloadKey } from '../../../../domain/target/target.ts';
import { aGuardInput, aPermitRequest, now, surroundings } from '../../../support/builders.ts';

const judged = (actions: string[]) => {
  const around = surroundings({ unhelpful: [{ actions, why: 'ImagePullBackOff: container app waits' }] });
  return unhelpful.judge(aGuardInput({ request: aPermitRequest({ surroundings: around }) }));
};

describe('unhelpful', () => {
  it('denies a step that never helps against what the pod shows, and says what that is', () => {
    expect(judged(['scale', 'evictPod'])).toEqual({
      kind: 'deny',
      reason: 'actionIneffective',
      detail: 'evictPod does not help: ImagePullBackOff: container app waits',
    });
  });

  it('has no rejection to another step', () => {
    expect(judged(['scale'])).toBeUndefined();
  });

  describe('by what other runs have tried', () => {
    const tried = (changes: Partial<Act> = {}) => {
      const request = aPermitRequest({ runId: 'run-2' });
      const { workload, namespace } = { workload: workloadKey(request.target), namespace: 'shop' };
      const act: Act = {
        ...{ workload, namespace, runId: 'run-1', atMs: now - 60_000, failure: request.failure },
        ...{ action: 'evictPod', result: 'unhealthy', ...changes },
      };
      const input = aGuardInput({ request });
      return unhelpful.judge({ ...input, state: { ...input.state, acts: [act] }, nowMs: now });
    };

    it('denies a step that did not heal the same failure of the workload, so that the next one is tried', () => {
      expect(tried()).toMatchObject({
        ...{
          kind: 'deny',
          reason: 'actionIneffective',
          detail: expect.stringContaining('evictPod did not help against “'),
        },
      });
    });

    it.each([
      ['healed it', { result: 'healthy' }],
      ['was lost', { result: 'lost' }],
      ['was another action', { action: 'rolloutRestart' }],
      ['was against another failure', { failure: 'NotReady' }],
      ['was of another workload', { workload: 'shop/Deployment/cart' }],
      ['was an hour ago', { atMs: now - 3_600_000 }],
      ['was of the same run, which a person told to try again', { runId: 'run-2' }],
    ] as const)('has no rejection where the act %s', (_, changes) => {
      expect(tried(changes)).toBeUndefined();
    });
  });

  it('has no rejection where nothing is known to be useless', () => {
    expect(unhelpful.judge(aGuardInput({ request: aPermitRequest() }))).toBeUndefined();
  });
});
