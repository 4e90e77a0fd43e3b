import { describe, expect, it } from '@jest/globals';
import { noChangeBefore } from '../../../domain/target/change-before.ts';

const minuteMs = 60_000;
const faultAtMs = Date.parse('2026-03-01T10:00:00Z');
const asked = { faultAtMs, withinMs: 60 * minuteMs };
/** Versions by the minutes before the fault at which they came, newest first; equal letters are equal templates. */
const versions = (...given: [content: string, minutesBefore: number][]) =>
  given.map(([content, minutesBefore], index) => ({
    ...{ content, createdAtMs: faultAtMs - minutesBefore * minuteMs },
    ...{ number: given.length - index, isCurrent: index === 0 },
  }));

describe('a change of the template before a fault', () => {
  it.each([
    ['came an hour before', versions(['b', 60], ['a', 9_000])],
    ['came a moment before, by another clock', versions(['b', -0.1], ['a', 9_000])],
    ['was restarted since', versions(['b', 2], ['b', 30], ['a', 9_000])],
  ])('may have caused it where it %s', (_, given) => {
    expect(noChangeBefore(given, asked)).toBe(undefined);
  });

  it.each([
    [
      'came long before',
      versions(['b', 61], ['a', 9_000]),
      'its template was last changed 1h1m before the fault, not within 1h',
    ],
    ['came after it', versions(['b', -1], ['a', 9_000]), 'its template was changed after the fault had begun'],
    [
      'is only a restart',
      versions(['b', 2], ['b', 90], ['a', 9_000]),
      'its template was last changed 1h30m before the fault, not within 1h',
    ],
    ['is the first version', versions(['a', 2]), 'it had no other template before'],
    ['is a restart of the first version', versions(['a', 2], ['a', 9]), 'it had no other template before'],
    ['is not known', [], 'it had no other template before'],
  ])('cannot have caused it where it %s', (_, given, why) => {
    expect(noChangeBefore(given, asked)).toBe(why);
  });
});
