import { describe, expect, it } from '@jest/globals';
import { createRepeats } from '../../../api/intake/repeats.ts';
import { anAlert } from '../../support/builders.ts';

function setUp() {
  const clock = { nowMs: 0 };
  return { clock, repeats: createRepeats(() => clock.nowMs) };
}
const [first, second] = ['2026-03-01T09:00:00Z', '2026-03-01T09:30:00Z'];
const firing = (startsAt = first) => anAlert({ startsAt, status: 'firing' });
const resolved = (startsAt = first) => anAlert({ startsAt, status: 'resolved' });

describe('a repeat', () => {
  it('is what was handed over in the last ten seconds, counted from then', () => {
    const { clock, repeats } = setUp();
    expect(repeats.isRepeat(firing())).toBe(false);
    repeats.handed(firing());
    clock.nowMs = 9_999;
    expect(repeats.isRepeat(firing())).toBe(true);
    clock.nowMs = 10_000;
    expect(repeats.isRepeat(firing())).toBe(false);
  });

  it('is never another episode', () => {
    const { repeats } = setUp();
    repeats.handed(firing(first));
    expect(repeats.isRepeat(firing(second))).toBe(false);
    repeats.handed(firing(second));
    // Each of a pair of Alertmanagers has its own beginning.
    expect([repeats.isRepeat(firing(first)), repeats.isRepeat(firing(second))]).toEqual([true, true]);
  });

  it('is never a firing after a resolved, nor a resolved after a firing', () => {
    const { repeats } = setUp();
    repeats.handed(firing());
    expect(repeats.isRepeat(resolved())).toBe(false);
    repeats.handed(resolved());
    expect(repeats.isRepeat(firing())).toBe(false);
    repeats.handed(firing());
    expect(repeats.isRepeat(resolved())).toBe(false);
  });

  it('is forgotten first of what was handed over longest ago, when there are too many', () => {
    const { repeats } = setUp();
    for (let n = 0; n < 20_001; n += 1) repeats.handed(anAlert({ fingerprint: `f${n}` }));
    expect(repeats.isRepeat(anAlert({ fingerprint: 'f0' }))).toBe(false);
    expect(repeats.isRepeat(anAlert({ fingerprint: 'f1' }))).toBe(true);
    for (let n = 0; n < 100; n += 1) repeats.handed(firing(`2026-03-01T09:00:00.${n}Z`));
    expect(repeats.isRepeat(firing('2026-03-01T09:00:00.0Z'))).toBe(false);
  });
});
