import { describe, expect, it } from '@jest/globals';
import { unhelpful } from '../../../domain/guards/unhelpful.ts';
import { aGuardInput, aPermitRequest, surroundings } from '../../support/builders.ts';

const judged = (actions: string[]) => {
  const around = surroundings({ unhelpful: [{ actions, why: 'ImagePullBackOff: container app waits' }] });
  return unhelpful.judge(aGuardInput({ request: aPermitRequest({ surroundings: around }) }));
};

describe('unhelpful', () => {
  it('denies a step that never helps against what the pod shows, and says what that is', () => {
    expect(judged(['scale', 'evictPod'])).toEqual({
      kind: 'deny',
      reason: 'cannotHelp',
      detail: 'evictPod does not help: ImagePullBackOff: container app waits',
    });
  });

  it('has no objection to another step', () => {
    expect(judged(['scale'])).toBeUndefined();
  });

  it('has no objection where nothing is known to be useless', () => {
    expect(unhelpful.judge(aGuardInput({ request: aPermitRequest() }))).toBeUndefined();
  });
});
