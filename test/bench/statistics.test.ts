import { describe, expect, it } from '@jest/globals';
import { percentile, summaryOf } from '../../bench/statistics.ts';

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('a percentile', () => {
  it.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('of share %d of the figures 1 … 100 is %d, whatever their order', (share, figure) => {
    expect(percentile(oneToHundred, share)).toBe(figure);
  });

  it('is always one of the figures', () => {
    expect(percentile([10, 20], 0.5)).toBe(10);
    expect(percentile([10, 20], 0.99)).toBe(20);
  });

  it('leaves the figures in their order', () => {
    const figures = [3, 1, 2];
    percentile(figures, 0.5);
    expect(figures).toEqual([3, 1, 2]);
  });
});

describe('a summary', () => {
  it('holds count, median, 99th percentile and bounds', () => {
    expect(summaryOf(oneToHundred)).toEqual({ count: 100, p50: 50, p99: 99, min: 1, max: 100 });
  });

  it('of one figure is that figure', () => {
    expect(summaryOf([7])).toEqual({ count: 1, p50: 7, p99: 7, min: 7, max: 7 });
  });

  it('of no figures has no figure', () => {
    expect(summaryOf([])).toEqual({ count: 0, p50: Number.NaN, p99: Number.NaN, min: Number.NaN, max: Number.NaN });
  });
});
