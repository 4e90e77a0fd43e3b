import { describe, expect, it } from '@jest/globals';
import { createVitalSigns } from '../../../activities/kubernetes/vitals.ts';
import { MendflowError } from '../../../domain/run/errors.ts';

function aPatient() {
  let nowMs = 1_000_000;
  const signs = createVitalSigns(() => nowMs);
  const call = (tookMs: number, error?: Error) =>
    signs
      .watch(async () => {
        nowMs += tookMs;
        if (error !== undefined) throw error;
      })
      .catch(() => undefined);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { signs, call, pass };
}

describe('how the API server answers', () => {
  it('counts calls, server errors and throttling of the last minute', async () => {
    const { signs, call, pass } = aPatient();
    await call(5, new MendflowError('CLUSTER_UNAVAILABLE', 'gone'));
    await call(5, new MendflowError('RATE_LIMITED', 'slow down'));
    await call(5, new MendflowError('EVICTION_BLOCKED', 'a budget says no'));
    expect(signs.now()).toEqual({ calls: 3, p99Ms: 5, serverErrors: 1, throttled: 1 });
    pass(60_000);
    expect(signs.now()).toEqual({ calls: 0, p99Ms: 0, serverErrors: 0, throttled: 0 });
  });

  it('is not called slow for one slow call of fewer than a hundred', async () => {
    const { signs, call } = aPatient();
    for (let count = 0; count < 30; count += 1) await call(10);
    await call(3_000);
    expect(signs.now().p99Ms).toBe(10);
    await call(3_000);
    await call(3_000);
    expect(signs.now().p99Ms).toBe(3_000);
  });
});
