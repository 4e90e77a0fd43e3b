import { describe, expect, it } from '@jest/globals';
import { graceToAsk } from '../../../domain/target/pod.ts';

describe('the grace period of a pod that is taken away', () => {
  it.each([
    ['is the pod’s own where the policy asks for none', 600, undefined, undefined],
    ['is the pod’s own where the policy asks for less', 600, 30, undefined],
    ['is the pod’s own where the policy asks for the same', 30, 30, undefined],
    ['is the policy’s where that is longer', 30, 120, 120],
    ['is the policy’s also for a pod that stops at once', 0, 10, 10],
  ])('%s', (_, graceSeconds, wanted, asked) => {
    expect(graceToAsk({ graceSeconds }, wanted)).toBe(asked);
  });
});
