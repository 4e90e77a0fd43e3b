import { describe, expect, it } from '@jest/globals';
import { chanceOfAtLeast } from '../../../../domain/guard/rules/correlated.ts';

describe('the chance that so many of so many have something', () => {
  it.each([
    [1, 1, 0.3, 0.3],
    [2, 2, 0.5, 0.25],
    [1, 2, 0.5, 0.75],
    [3, 4, 0.5, 0.3125],
    [8, 8, 0.5, 0.00390625],
    [12, 16, 0.5, 0.0384063720703125],
  ])('at least %i of %i at a share of %d is %d', (count, total, share, chance) => {
    expect(chanceOfAtLeast(count, total, share)).toBeCloseTo(chance, 10);
  });

  it('is certain where nothing is asked or all have it, and nought where nobody has it', () => {
    expect(chanceOfAtLeast(0, 9, 0.1)).toBe(1);
    expect(chanceOfAtLeast(9, 9, 1)).toBe(1);
    expect(chanceOfAtLeast(1, 9, 0)).toBe(0);
    expect(chanceOfAtLeast(10, 9, 0.5)).toBe(0);
  });

  it('is a probability for hundreds as well', () => {
    expect(chanceOfAtLeast(300, 400, 0.5)).toBeGreaterThan(0);
    expect(chanceOfAtLeast(300, 400, 0.5)).toBeLessThan(1e-20);
    expect(chanceOfAtLeast(180, 400, 0.5)).toBeGreaterThan(0.97);
  });
});
