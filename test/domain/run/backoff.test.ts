import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../../domain/run/backoff.ts';

const wait = (tries: number, seed = 'run-1') => backoffMs({ firstMs: 15_000, longestMs: 300_000, tries, seed });

describe('the wait before the next try', () => {
  it('doubles with each try and stays below its bound, up to a fifth shorter', () => {
    const fullMs = [15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000];
    for (const [tries, full] of fullMs.entries()) {
      expect(wait(tries)).toBeLessThanOrEqual(full);
      expect(wait(tries)).toBeGreaterThanOrEqual(full * 0.8);
    }
    expect(wait(10_000)).toBeLessThanOrEqual(300_000);
  });

  it('is the same for the same seed and differs between seeds', () => {
    expect(wait(3, 'a')).toBe(wait(3, 'a'));
    expect(new Set(Array.from({ length: 50 }, (_, index) => wait(3, `run-${index}`))).size).toBeGreaterThan(40);
  });
});
