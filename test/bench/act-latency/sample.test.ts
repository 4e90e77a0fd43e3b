import { describe, expect, it } from '@jest/globals';
import { pairs } from '../../../bench/act-latency/sample.ts';

describe('the pairs of a bench', () => {
  const all = pairs(2, 3);

  it('are as many as warm-ups and samples together, each with both contenders', () => {
    expect(all).toHaveLength(5);
    for (const pair of all) {
      expect(pair.map(({ contender }) => contender).toSorted()).toEqual(['inline-delete', 'mendflow']);
    }
  });

  it('begin with the warm-ups', () => {
    expect(all.map(([first]) => first?.isWarmUp)).toEqual([true, true, false, false, false]);
  });

  it('alternate who goes first', () => {
    const firsts = ['mendflow', 'inline-delete', 'mendflow', 'inline-delete', 'mendflow'];
    expect(all.map(([first]) => first?.contender)).toEqual(firsts);
  });

  it('give each sample a workload of its own', () => {
    const names = all.flat().map(({ workload }) => workload);
    expect(new Set(names).size).toBe(names.length);
  });
});
