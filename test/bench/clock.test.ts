import { describe, expect, it } from '@jest/globals';
import { preciseTimeMs } from '../../bench/clock.ts';

describe('a precise moment', () => {
  const second = Date.parse('2026-03-01T12:00:07Z');

  it.each([
    ['2026-03-01T12:00:07.123456Z', 123.456],
    ['2026-03-01T12:00:07.5Z', 500],
    ['2026-03-01T12:00:07Z', 0],
    ['2026-03-01T13:00:07.000001+01:00', 0.001],
  ])('of %s is %d ms after its second', (text, afterMs) => {
    expect(preciseTimeMs(text) - second).toBeCloseTo(afterMs, 2);
  });

  it.each(['', 'yesterday', '2026-03-01'])('does not read "%s"', (text) => {
    expect(preciseTimeMs(text)).toBeNaN();
  });
});
