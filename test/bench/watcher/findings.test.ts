import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../../bench/statistics.ts';
import { isKept } from '../../../bench/watcher/findings.ts';
import type { Round } from '../../../bench/watcher/measure.ts';
import { printed } from '../../../bench/watcher/print.ts';

const lag = summaryOf([10, 20, 30]);
const round = (changes: Partial<Round> = {}): Round => ({
  pods: 1_000,
  lags: { fault: lag, burst: lag, healing: lag },
  lost: 0,
  memory: { listed: 80, end: 90, peak: 120, own: 40 },
  ...changes,
});

describe('the rounds of the watcher', () => {
  it('are kept when they are quick, small and complete', () => {
    expect(isKept([round(), round({ pods: 10_000 })])).toBe(true);
    expect(isKept([])).toBe(false);
  });

  it.each<[string, Partial<Round>]>([
    ['a change was never posted', { lost: 1 }],
    ['a healing took too long', { lags: { fault: lag, burst: lag, healing: summaryOf([1_001]) } }],
    ['it took too much memory', { memory: { listed: 80, end: 101, peak: 120, own: 40 } }],
  ])('are not kept when %s', (_, changes) => {
    expect(isKept([round(), round(changes)])).toBe(false);
    expect(printed([round(changes)])).toContain('missed');
  });
});
