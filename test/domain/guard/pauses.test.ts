import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pauseIn } from '../../../domain/guard/messages.ts';
import { endedPauses, firstEndMs, withPause } from '../../../domain/guard/pauses.ts';
import { pauseInWords } from '../../../domain/guard/rules/paused.ts';
import type { Pause } from '../../../domain/guard/state.ts';

const now = 1_000_000;
const pause = (id: string, untilMs?: number): Pause => ({
  ...{ id, who: 'ada', why: 'x', sinceMs: now },
  ...(untilMs !== undefined && { untilMs }),
});
const all = (...pauses: Pause[]) => pauses.reduce<Pause[]>(withPause, []);

describe('a pause with an end', () => {
  it('is over at its end, and not a moment before', () => {
    const pauses = all(pause('a', now + 10), pause('b'), pause('c', now + 20));
    expect(firstEndMs(pauses)).toBe(now + 10);
    expect(endedPauses(pauses, now + 9)).toEqual([]);
    expect(endedPauses(pauses, now + 10).map(({ id }) => id)).toEqual(['a']);
    expect(endedPauses(pauses, Number.MAX_SAFE_INTEGER).map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('says in its words when it ends', () => {
    expect(pauseInWords(pause('a', Date.UTC(2026, 2, 1, 15)))).toBe('paused by ada until 2026-03-01T15:00:00.000Z: x');
    expect(pauseInWords(pause('a'))).toBe('paused by ada: x');
  });

  it('that is said again ends at the later of both ends', () => {
    expect(all(pause('a', now + 20), pause('a', now + 10))[0]?.untilMs).toBe(now + 20);
    expect(all(pause('a', now + 10), pause('a', now + 20))[0]?.untilMs).toBe(now + 20);
  });

  it('that is said again as one without an end has none, and the other way round', () => {
    for (const pauses of [all(pause('a', now + 20), pause('a')), all(pause('a'), pause('a', now + 20))]) {
      expect(pauses).toEqual([pause('a')]);
      expect(firstEndMs(pauses)).toBeUndefined();
    }
  });
});

describe('a flood of pauses', () => {
  it('drops none that lasts longer than those that stay', () => {
    const end = fc.option(fc.integer({ min: now + 1, max: now + 1_000 }), { nil: undefined });
    const flood = fc.array(fc.record({ id: fc.integer({ min: 0, max: 90 }).map(String), end }), { maxLength: 120 });
    fc.assert(
      fc.property(flood, (said) => {
        const pauses = all(...said.map((one) => pause(one.id, one.end)));
        const endOf = (untilMs: number | undefined) => untilMs ?? Number.POSITIVE_INFINITY;
        const last = Math.max(0, ...said.map((one) => endOf(one.end)));
        expect(pauses.length).toBeLessThanOrEqual(50);
        expect(Math.max(0, ...pauses.map(({ untilMs }) => endOf(untilMs)))).toBe(last);
      }),
    );
  });
});

describe('the end that a message names', () => {
  it.each([
    ['is in the past', now],
    ['is further away than 30 days', now + 30 * 86_400_000 + 1],
    ['is no number', `${now + 10}`],
    ['is no time', Number.NaN],
  ])('counts as none where it %s: a person must lift that pause', (_what, untilMs) => {
    expect(pauseIn({ id: 'a', untilMs }, now).untilMs).toBeUndefined();
  });

  it('is taken as it is where it is to come', () => {
    expect(pauseIn({ id: 'a', untilMs: now + 10 }, now).untilMs).toBe(now + 10);
  });
});
