import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { budget, budgetLeft } from '../../../../domain/guard/rules/budget.ts';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { aGuardInput, aGuardState, aLease, anAct, minutes, now } from '../../../support/builders.ts';

/** Acts so many minutes ago, newest first. */
const acts = (...atMinutes: number[]) =>
  atMinutes.map((at, index) => anAct({ workload: `w${index}`, atMs: now - minutes(at) })).reverse();
const leases = (count: number) =>
  Array.from({ length: count }, (_, index) => aLease({ runId: `${index}`, requestId: `${index}` }));
const judged = (state: object, limits = defaultLimits) =>
  budget.judge(aGuardInput({ state: aGuardState(state), limits }));

describe('budget, at once', () => {
  it('allows five and holds the sixth until a token is back', () => {
    expect(judged({ acts: acts(0, 0, 0, 0) })).toBeUndefined();
    expect(judged({ acts: acts(0, 0, 0, 0, 0) })).toEqual({
      kind: 'hold',
      reason: 'budgetSpent',
      retryAfterMs: minutes(1),
      detail: '5 acts in the last 10 min; allowed are 5 at once and 10 per 10 min',
    });
  });

  it('counts an open lease as an act of this moment', () => {
    expect(judged({ leases: leases(4) })).toBeUndefined();
    expect(judged({ leases: leases(5) })).toMatchObject({ kind: 'hold', retryAfterMs: minutes(1) });
    expect(judged({ acts: acts(0, 0, 0), leases: leases(2) })).toMatchObject({ retryAfterMs: minutes(1) });
  });

  it('gives a token back every minute', () => {
    expect(judged({ acts: acts(1, 1, 1, 1, 1) })).toBeUndefined();
    expect(judged({ acts: acts(0.5, 0.5, 0.5, 0.5, 0.5) })).toMatchObject({ retryAfterMs: 30_000 });
    expect(judged({ acts: acts(0, 1, 1, 1, 1, 1) })).toMatchObject({ retryAfterMs: minutes(1) });
  });

  it('saves up no more than five, however long nothing happened', () => {
    expect(judged({ acts: acts(0, 0, 0, 0, 0, 300) })).toMatchObject({ retryAfterMs: minutes(1) });
  });

  it('says how many acts lie within the ten minutes', () => {
    expect(judged({ acts: acts(0, 0, 0, 0, 0, 9.99, 10, 30) })?.detail).toMatch(/^6 acts in the last 10 min;/);
  });
});

describe('budget, in ten minutes', () => {
  it('never lets a sixteenth act into ten minutes, however they were spaced', () => {
    const spaced = Array.from({ length: 15 }, (_, index) => index * 0.66);
    expect(judged({ acts: acts(...spaced) })).toMatchObject({ kind: 'hold' });
    const input = aGuardInput();
    fc.assert(
      fc.property(fc.array(fc.nat(40_000), { maxLength: 60 }), (gaps) => {
        const granted: number[] = [];
        let nowMs = now;
        for (const gapMs of gaps) {
          nowMs += gapMs;
          const state = aGuardState({ acts: granted.map((atMs) => anAct({ atMs })) });
          if (budget.judge({ ...input, state, nowMs }) === undefined) granted.push(nowMs);
        }
        for (const end of granted) {
          expect(granted.filter((atMs) => atMs > end - minutes(10) && atMs <= end).length).toBeLessThanOrEqual(15);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('says exactly when a token is back: a millisecond before, it is not', () => {
    const state = { acts: acts(...Array.from({ length: 12 }, (_, index) => index * 0.31)) };
    const verdict = judged(state);
    const retryAfterMs = verdict?.kind === 'hold' ? verdict.retryAfterMs : 0;
    const later = (ms: number) => budget.judge(aGuardInput({ state: aGuardState(state), nowMs: now + ms }));
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(later(retryAfterMs - 1)).toMatchObject({ reason: 'budgetSpent', retryAfterMs: 1 });
    expect(later(retryAfterMs)).toBeUndefined();
  });

  it('holds for longer when the clock was set back', () => {
    const future = anAct({ atMs: now + minutes(20) });
    expect(judged({ acts: [...acts(0, 0, 0, 0), future] })).toMatchObject({ retryAfterMs: minutes(17) });
  });

  it('takes its bounds from the configuration', () => {
    const limits = { ...defaultLimits, budget: { burst: 1, perWindow: 2, windowMs: minutes(10) } };
    expect(judged({ acts: acts(2) }, limits)).toEqual({
      kind: 'hold',
      reason: 'budgetSpent',
      retryAfterMs: minutes(3),
      detail: '1 acts in the last 10 min; allowed are 1 at once and 2 per 10 min',
    });
    expect(judged({ acts: acts(5) }, limits)).toBeUndefined();
  });
});

describe('the budget that is left', () => {
  const left = (...agoMinutes: number[]) =>
    budgetLeft(
      agoMinutes.map((min) => now - minutes(min)),
      now,
      defaultLimits.budget,
    );

  it.each([
    [[], 5],
    [[0], 4],
    [[0, 0, 0, 0, 0], 0],
    [[1, 1, 1, 1, 1], 1],
    [[2.5, 2.5, 2.5, 2.5, 2.5], 2],
    [[60], 5],
    [Array.from({ length: 15 }, () => 9), 0],
    [Array.from({ length: 12 }, () => 9), 2],
    [[-20, 0], 0],
  ])('after acts %j minutes ago is %i', (ago, expected) => {
    expect(left(...ago)).toBe(expected);
  });

  it('does not depend on the order of the acts', () => {
    expect(left(0, 3, 1)).toBe(left(3, 1, 0));
  });
});
