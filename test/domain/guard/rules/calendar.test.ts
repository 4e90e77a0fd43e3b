import { describe, expect, it } from '@jest/globals';
import { calendar, msUntilForbidden } from '../../../../domain/guard/rules/calendar.ts';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { aGuardInput, aPermitRequest, aPlan, minutes } from '../../../support/builders.ts';

const at = (time: string) => Date.parse(time);
const nine = { schedule: '0 9 * * *', duration: '8h', timeZone: 'UTC' };
const night = { schedule: '0 22 * * *', duration: '8h', timeZone: 'UTC' };
const frozenByAll = { ...defaultLimits, freezes: [{ schedule: '0 12 * * *', duration: minutes(60), timeZone: 'UTC' }] };

const judged = (guards: object, time: string, limits = defaultLimits) =>
  calendar.judge(aGuardInput({ nowMs: at(time), limits, request: aPermitRequest({ spec: { guards } }) }));

describe('calendar, in a freeze', () => {
  it('holds until it is over', () => {
    expect(judged({ freezes: [nine] }, '2026-03-02T11:00:00Z')).toEqual({
      kind: 'hold',
      reason: 'frozen',
      retryAfterMs: minutes(360),
      detail: 'a freeze lasts until 2026-03-02T17:00:00.000Z',
    });
  });

  it('begins at its first millisecond and ends at its last', () => {
    expect(judged({ freezes: [nine] }, '2026-03-02T08:59:59.999Z')).toBeUndefined();
    expect(judged({ freezes: [nine] }, '2026-03-02T09:00:00Z')).toMatchObject({ retryAfterMs: minutes(480) });
    expect(judged({ freezes: [nine] }, '2026-03-02T16:59:59.999Z')).toMatchObject({ retryAfterMs: 1 });
    expect(judged({ freezes: [nine] }, '2026-03-02T17:00:00Z')).toBeUndefined();
  });

  it('holds through freezes of the configuration and of the policy that touch', () => {
    const tail = { schedule: '0 13 * * *', duration: '30m' };
    expect(judged({ freezes: [tail] }, '2026-03-02T12:10:00Z', frozenByAll)).toMatchObject({
      detail: 'a freeze lasts until 2026-03-02T13:30:00.000Z',
    });
  });

  it('counts before any window', () => {
    const both = { freezes: [nine], windows: [night] };
    expect(judged(both, '2026-03-02T11:00:00Z')?.reason).toBe('frozen');
    expect(judged({ freezes: [nine], windows: [nine] }, '2026-03-02T11:00:00Z')?.reason).toBe('frozen');
  });
});

describe('calendar, with windows', () => {
  it('holds outside of them until the next one opens', () => {
    expect(judged({ windows: [nine] }, '2026-03-02T18:00:00Z')).toEqual({
      kind: 'hold',
      reason: 'outsideWindow',
      retryAfterMs: minutes(15 * 60),
      detail: 'the next window opens at 2026-03-03T09:00:00.000Z',
    });
  });

  it('has no rejection inside of one, from its first millisecond to its last', () => {
    expect(judged({ windows: [nine] }, '2026-03-02T09:00:00Z')).toBeUndefined();
    expect(judged({ windows: [nine] }, '2026-03-02T16:59:59.999Z')).toBeUndefined();
    expect(judged({ windows: [nine] }, '2026-03-02T17:00:00Z')?.reason).toBe('outsideWindow');
  });

  it('takes the one that opens first', () => {
    expect(judged({ windows: [nine, night] }, '2026-03-02T18:00:00Z')).toMatchObject({
      detail: 'the next window opens at 2026-03-02T22:00:00.000Z',
    });
  });

  it('stays open across midnight', () => {
    expect(judged({ windows: [night] }, '2026-03-03T03:00:00Z')).toBeUndefined();
    expect(judged({ windows: [night] }, '2026-03-03T06:00:00Z')?.reason).toBe('outsideWindow');
  });

  it('denies when no window ever opens again', () => {
    const settings = {
      ...aPlan().guards,
      windows: [{ schedule: '0 0 30 2 *', duration: minutes(60), timeZone: 'UTC' }],
    };
    expect(calendar.judge(aGuardInput({ request: aPermitRequest({ settings }) }))).toEqual({
      kind: 'deny',
      reason: 'outsideWindow',
      detail: 'no window of the policy ever opens',
    });
  });
});

describe('the time until acts are forbidden again', () => {
  const until = (guards: object, time: string, limits = defaultLimits) =>
    msUntilForbidden(aPlan({ guards }).guards, limits, at(time));

  it('is that of the next freeze, the configuration’s included', () => {
    expect(until({ freezes: [night] }, '2026-03-02T18:00:00Z')).toBe(minutes(240));
    expect(until({ freezes: [night] }, '2026-03-02T11:50:00Z', frozenByAll)).toBe(minutes(10));
  });

  it('is that of the end of the window', () => {
    expect(until({ windows: [nine] }, '2026-03-02T16:00:00Z')).toBe(minutes(60));
    expect(until({ windows: [nine] }, '2026-03-02T11:30:00Z', frozenByAll)).toBe(minutes(30));
    expect(until({ windows: [nine] }, '2026-03-02T16:30:00Z', frozenByAll)).toBe(minutes(30));
  });

  it('never comes without either', () => {
    expect(until({}, '2026-03-02T18:00:00Z')).toBe(Number.POSITIVE_INFINITY);
  });
});
