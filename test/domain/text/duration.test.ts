import { describe, expect, it } from '@jest/globals';
import { formatDuration, parseDuration } from '../../../domain/text/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['10s', 10_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['7d', 604_800_000],
    ['0s', 0],
    ['', undefined],
    ['10', undefined],
    ['10 s', undefined],
    ['-5m', undefined],
    ['5x', undefined],
  ])('reads %j as %s ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [850, '850ms'],
    [3_062, '3.1s'],
    [41_000, '41s'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [90_061_000, '1d1h'],
    [-5, '0ms'],
  ])('writes %s ms as %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });
});
