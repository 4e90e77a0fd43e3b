import { describe, expect, it } from '@jest/globals';
import { type Amount, allowedOf, amount, amountInWords, exceeds } from '../../../domain/policy/amount.ts';

describe('an amount field', () => {
  it.each([
    [3, { count: 3 }],
    [0, { count: 0 }],
    [10_000, { count: 10_000 }],
    ['40%', { percent: 40 }],
    ['0%', { percent: 0 }],
    ['100%', { percent: 100 }],
  ])('takes %j', (written, parsed) => {
    expect(amount().parse(written)).toEqual(parsed);
  });

  it.each([-1, 1.5, 10_001, '101%', '40', '-1%', '1.5%', '%', 'all', ' 40%', null])('refuses %j', (written) => {
    expect(amount().safeParse(written).success).toBe(false);
  });

  it('refuses a count below its minimum', () => {
    expect(amount({ min: 1 }).safeParse(0).success).toBe(false);
    expect(amount({ min: 1 }).safeParse(1).success).toBe(true);
  });

  it('says what it would take', () => {
    const said = (written: unknown) => JSON.stringify(amount().safeParse(written).error?.issues);
    expect(said('forty')).toContain('must be a number such as 3 or a share such as 40%');
    expect(said('140%')).toContain('must be at most 100%');
  });
});

describe('how many an amount allows', () => {
  it.each<[Amount, number, number]>([
    [{ count: 3 }, 100, 3],
    [{ count: 0 }, 100, 0],
    [{ percent: 40 }, 10, 4],
    [{ percent: 40 }, 12, 4],
    [{ percent: 99 }, 1, 1],
    [{ percent: 10 }, 5, 1],
    [{ percent: 10 }, 0, 1],
    [{ percent: 100 }, 7, 7],
    [{ percent: 0 }, 100, 0],
    [{ percent: 0 }, 0, 0],
    [{ percent: 1 }, 0, 1],
  ])('%j of %i is %i', (given, total, allowed) => {
    expect(allowedOf(given, total)).toBe(allowed);
  });
});

describe('whether a part exceeds an amount', () => {
  it.each<[Amount, number, number, boolean]>([
    [{ count: 3 }, 3, 100, false],
    [{ count: 3 }, 4, 100, true],
    [{ percent: 40 }, 4, 10, false],
    [{ percent: 40 }, 5, 10, true],
    [{ percent: 40 }, 401, 1_000, true],
    [{ percent: 0 }, 0, 10, false],
    [{ percent: 0 }, 1, 10, true],
    [{ percent: 40 }, 0, 0, false],
    [{ percent: 40 }, 1, 0, true],
  ])('%j: %i of %i → %s', (given, part, total, isMore) => {
    expect(exceeds(given, { part, total })).toBe(isMore);
  });
});

it('an amount reads as a person writes it', () => {
  expect([amountInWords({ count: 3 }), amountInWords({ percent: 40 })]).toEqual(['3', '40%']);
});
