import { describe, expect, it } from '@jest/globals';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { zones } from '../../../../domain/guard/rules/zones.ts';
import {
  aGuardInput,
  aGuardState,
  aLease,
  anAct,
  aPermitRequest,
  now,
  surroundings,
} from '../../../support/builders.ts';

const judged = (state: object, given: { requestId?: string; limits?: typeof defaultLimits } = {}) => {
  const { requestId = 'run-1.0', limits = defaultLimits } = given;
  return zones.judge(aGuardInput({ state: aGuardState(state), request: aPermitRequest({ requestId }), limits }));
};
const inB = (secondsAgo: number) => anAct({ zone: 'zone-b', atMs: now - secondsAgo * 1_000 });
const waitOf = (verdict: ReturnType<typeof judged>) => (verdict?.kind === 'hold' ? verdict.retryAfterMs : undefined);
const waits = (requestId: string, secondsAgo: number) => waitOf(judged({ acts: [inB(secondsAgo)] }, { requestId }));
const waitsAfter = (...acts: ReturnType<typeof inB>[]) => waitOf(judged({ acts }));

describe('zones', () => {
  it('holds an act in one zone shortly after an act in another', () => {
    expect(judged({ acts: [inB(40)] })).toMatchObject({
      kind: 'hold',
      reason: 'zoneSpacing',
      detail: 'an action in a zone other than zone-a is under way or ran less than 1m ago',
    });
  });

  it('lets go when a minute has passed, not a millisecond before', () => {
    expect(judged({ acts: [anAct({ zone: 'zone-b', atMs: now - 59_999 })] })?.reason).toBe(zones.reasons[0]);
    expect(judged({ acts: [inB(60)] })).toBeUndefined();
  });

  it('adds a jitter below fifteen seconds, which is the same for the same request', () => {
    const all = Array.from({ length: 50 }, (_, index) => waits(`run-${index}.0`, 40) ?? 0);
    for (const retryAfterMs of all) {
      expect(retryAfterMs).toBeGreaterThanOrEqual(20_000);
      expect(retryAfterMs).toBeLessThan(35_000);
    }
    expect(new Set(all).size).toBeGreaterThan(40);
    expect(waits('run-7.0', 40)).toBe(all[7]);
    expect((waits('run-7.0', 30) ?? 0) - (all[7] ?? 0)).toBe(10_000);
  });

  it('waits for a permit that is out in another zone, however old', () => {
    const leases = [aLease({ zone: 'zone-b', grantedAtMs: now - 600_000 })];
    const verdict = judged({ leases });
    expect(verdict).toMatchObject({ reason: 'zoneSpacing' });
    expect(verdict?.kind === 'hold' && verdict.retryAfterMs).toBeGreaterThanOrEqual(60_000);
  });

  it('looks at the latest act elsewhere', () => {
    expect(waitsAfter(inB(500), inB(10))).toBe(waits('run-1.0', 10));
    expect(waitsAfter(inB(10), inB(500))).toBe(waits('run-1.0', 10));
  });

  it('does not mind acts in its own zone, nor such of which no zone is known', () => {
    const acts = [anAct({ zone: 'zone-a' }), anAct()].map((act) => ({ ...act, atMs: now }));
    expect(judged({ acts, leases: [aLease({ zone: 'zone-a' }), aLease()] })).toBeUndefined();
  });

  it('has nothing to say where the target’s own zone is not known', () => {
    const { zone: _, ...unzoned } = surroundings();
    const request = aPermitRequest({ surroundings: unzoned });
    const state = aGuardState({ acts: [inB(0)], leases: [aLease({ zone: 'zone-b' })] });
    expect(zones.judge(aGuardInput({ state, request }))).toBeUndefined();
  });

  it('takes the time between zones from the configuration', () => {
    const limits = { ...defaultLimits, zoneSpacingMs: 600_000 };
    expect(judged({ acts: [inB(599)] }, { limits })?.detail).toBe(
      'an action in a zone other than zone-a is under way or ran less than 10m ago',
    );
    expect(judged({ acts: [inB(600)] }, { limits })).toBeUndefined();
  });
});
