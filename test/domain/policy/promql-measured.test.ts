import { describe, expect, it } from '@jest/globals';
import { comparedIn } from '../../../domain/policy/promql-measured.ts';

describe('the value that a query compares', () => {
  it.each([
    ['max(used / allowed) > 0.8', { query: 'max(used / allowed)', asked: '> 0.8' }],
    ['(up{job="a > b"} == 0)', { query: 'up{job="a > b"}', asked: '== 0' }],
    ['a / (b > 0) >= 5e6 # enough', { query: 'a / (b > 0)', asked: '>= 5e6' }],
  ])('is the left side: %s', (query, compared) => {
    expect(comparedIn(query)).toEqual(compared);
  });

  it.each(['up', 'a > b', 'a == 0 or b == 1', 'a > bool 1', 'rate(', '', '0.8 < a'])(
    'is not there where no number ends the comparison: %j',
    (query) => {
      expect(comparedIn(query)).toBeUndefined();
    },
  );
});
