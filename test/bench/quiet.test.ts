import { describe, expect, it } from '@jest/globals';
import { busyShare, restUntilQuiet } from '../../bench/quiet.ts';

describe('the busy share of a machine', () => {
  it('is what was not idle of all that was spent', () => {
    expect(busyShare({ idleMs: 1_000, totalMs: 2_000 }, { idleMs: 1_150, totalMs: 2_200 })).toBeCloseTo(0.25);
  });

  it('is 0 while no time has passed', () => {
    const reading = { idleMs: 1_000, totalMs: 2_000 };
    expect(busyShare(reading, reading)).toBe(0);
  });
});

describe('resting until the machine is quiet', () => {
  it('ends after as many rests as are allowed, quiet or not, and says how busy it was', async () => {
    const share = await restUntilQuiet(1, 2);
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  });
});
