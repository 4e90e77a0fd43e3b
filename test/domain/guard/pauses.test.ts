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

  it('that is said again keeps the earlier of both beginnings', () => {
    const later = { ...pause('a', now + 20), sinceMs: now + 5 };
    expect(all(pause('a', now + 10), later)[0]?.sinceMs).toBe(now);
    expect(all(later, pause('a', now + 10))[0]?.sinceMs).toBe(now);
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

  it('forgets no beginning: what was refused since the first of them is looked at again', () => {
    const flood = fc.array(fc.record({ id: fc.integer({ min: 0, max: 90 }).map(String), sinceMs: fc.nat() }), {
      ...{ minLength: 1, maxLength: 120 },
    });
    fc.assert(
      fc.property(flood, (said) => {
        const pauses = all(...said.map(({ id, sinceMs }) => ({ ...pause(id), sinceMs })));
        const begins = (each: readonly { sinceMs: number }[]) => Math.min(...each.map(({ sinceMs }) => sinceMs));
        expect(begins(pauses)).toBe(begins(said));
      }),
    );
  });
});

describe('the end that a message names', () => {
  const dayMs = 86_400_000;

  it.each([
    ['is no number', `${now + 10}`],
    ['is no time', Number.NaN],
    ['is endless', Number.POSITIVE_INFINITY],
    ['is before all time', -1],
  ])('counts as none where it %s: a person must lift that pause', (_what, untilMs) => {
    expect(pauseIn({ id: 'a', untilMs }, now).untilMs).toBeUndefined();
  });

  it.each([
    ['is to come', now + 10],
    ['has passed while no worker heard the message', now - 60_000],
    ['is 30 days away by a clock that is ahead', now + 30 * dayMs + 60_000],
  ])('is taken as it is where it %s', (_what, untilMs) => {
    expect(pauseIn({ id: 'a', untilMs }, now).untilMs).toBe(untilMs);
  });

  it('is no more than a year away', () => {
    expect(pauseIn({ id: 'a', untilMs: 1e300 }, now).untilMs).toBe(now + 366 * dayMs);
  });

  it('ends no pause sooner where it has passed', () => {
    expect(all(pause('a', now + 20), pauseIn({ id: 'a', untilMs: now - 1 }, now))[0]?.untilMs).toBe(now + 20);
    expect(all(pause('a'), pauseIn({ id: 'a', untilMs: now - 1 }, now))[0]?.untilMs).toBeUndefined();
  });
});
