import { describe, expect, it } from '@jest/globals';
import { countsIn } from '../../bench/options.ts';

describe('the options of a program', () => {
  const defaults = { alerts: 10_000, seconds: 60 };

  it('are the defaults where nothing is said', () => {
    expect(countsIn([], defaults)).toEqual(defaults);
  });

  it('are taken from the arguments, one by one', () => {
    expect(countsIn(['--alerts', '500'], defaults)).toEqual({ alerts: 500, seconds: 60 });
    expect(countsIn(['--seconds=5', '--alerts=1'], defaults)).toEqual({ alerts: 1, seconds: 5 });
  });

  it.each([
    ['no number', ['--alerts', 'many'], '--alerts takes a whole number of at least 1'],
    ['none at all', ['--alerts', '0'], '--alerts takes a whole number of at least 1'],
    ['a fraction', ['--seconds', '1.5'], '--seconds takes a whole number of at least 1'],
    ['an unknown one', ['--alert', '5'], expect.stringContaining('--alert')],
    ['a word too many', ['500'], expect.stringContaining('500')],
  ])('are refused in words for %s', (_, args, words) => {
    expect(countsIn(args, defaults)).toEqual(words);
  });
});
