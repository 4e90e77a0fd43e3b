import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest } from '../../config/nearest.ts';

describe('editDistance', () => {
  it.each([
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['brust', 'burst', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('of %p and %p is %p', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is symmetric and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('nearest', () => {
  it('names the closest candidate whatever its case', () => {
    expect(nearest('Lvel', ['level', 'label'])).toBe('level');
  });

  it('names nothing when nothing is near', () => {
    expect(nearest('frequency', ['port', 'host'])).toBeUndefined();
  });
});
