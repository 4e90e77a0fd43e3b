import { describe, expect, it } from '@jest/globals';
import {
  isWithin,
  msUntilOutside,
  msUntilWithin,
  type TimeWindow,
  timeWindow,
} from '../../../domain/guard/calendar.ts';
import { minutes } from '../../support/builders.ts';

const at = (time: string) => Date.parse(time);
const window = (schedule: string, durationMinutes: number, timeZone = 'UTC'): TimeWindow => ({
  schedule,
  duration: minutes(durationMinutes),
  timeZone,
});
const nine = window('0 9 * * *', 60);

describe('a window', () => {
  it('holds from its first millisecond to the one before its end', () => {
    const times = ['08:59:59.999', '09:00:00.000', '09:00:00.001', '09:59:59.999', '10:00:00.000'];
    expect(times.map((time) => isWithin([nine], at(`2026-03-02T${time}Z`)))).toEqual([false, true, true, true, false]);
  });

  it('crosses midnight, month and year', () => {
    const night = window('0 22 * * *', 480);
    expect(isWithin([night], at('2026-03-03T05:59:00Z'))).toBe(true);
    expect(isWithin([window('0 22 31 12 *', 480)], at('2027-01-01T05:59:00Z'))).toBe(true);
    expect(isWithin([window('0 22 31 12 *', 480)], at('2027-01-01T06:00:00Z'))).toBe(false);
  });

  it('holds across days when it lasts for days', () => {
    const weekend = window('0 18 * * 5', 60 * 62);
    expect(isWithin([weekend], at('2026-03-09T07:59:59Z'))).toBe(true);
    expect(isWithin([weekend], at('2026-03-09T08:00:00Z'))).toBe(false);
  });

  it('of several, one is enough, and none is nothing', () => {
    expect(isWithin([window('0 3 * * *', 60), nine], at('2026-03-02T09:30:00Z'))).toBe(true);
    expect(isWithin([], at('2026-03-02T09:30:00Z'))).toBe(false);
  });
});

describe('the time until no window holds', () => {
  it('is nothing outside', () => {
    expect(msUntilOutside([nine], at('2026-03-02T08:00:00Z'))).toBe(0);
    expect(msUntilOutside([], at('2026-03-02T08:00:00Z'))).toBe(0);
  });

  it('runs through windows that overlap or touch', () => {
    const overlapping = [nine, window('30 9 * * *', 60), window('30 10 * * *', 15)];
    expect(msUntilOutside(overlapping, at('2026-03-02T09:15:00Z'))).toBe(minutes(90));
    expect(msUntilOutside([...overlapping].reverse(), at('2026-03-02T09:15:00Z'))).toBe(minutes(90));
  });

  it('stops at the first gap', () => {
    expect(msUntilOutside([nine, window('1 10 * * *', 60)], at('2026-03-02T09:15:00Z'))).toBe(minutes(45));
  });

  it('ends somewhere even where there is no gap', () => {
    expect(msUntilOutside([window('*/5 * * * *', 60)], at('2026-03-02T09:15:00Z'))).toBeGreaterThan(minutes(24 * 60));
  });
});

describe('the time until a window holds', () => {
  it('is nothing inside, the start included', () => {
    expect(msUntilWithin([nine], at('2026-03-02T09:00:00Z'))).toBe(0);
    expect(msUntilWithin([nine], at('2026-03-02T09:59:59Z'))).toBe(0);
  });

  it('is that of the first to come', () => {
    expect(msUntilWithin([nine, window('0 11 * * *', 60)], at('2026-03-02T10:00:00Z'))).toBe(minutes(60));
    expect(msUntilWithin([nine], at('2026-03-02T08:59:59.999Z'))).toBe(1);
  });

  it('is not known where none ever comes', () => {
    expect(msUntilWithin([window('0 0 30 2 *', 60)], at('2026-03-02T10:00:00Z'))).toBeUndefined();
    expect(msUntilWithin([], at('2026-03-02T10:00:00Z'))).toBeUndefined();
    expect(msUntilWithin([window('0 0 30 2 *', 60), nine], at('2026-03-02T10:00:00Z'))).toBe(minutes(23 * 60));
  });
});

describe('where clocks change', () => {
  const berlin = (schedule: string, durationMinutes: number) => window(schedule, durationMinutes, 'Europe/Berlin');
  const newYork = (schedule: string, durationMinutes: number) => window(schedule, durationMinutes, 'America/New_York');

  it('a window begins by the clock of its zone, in winter and in summer', () => {
    const nineInBerlin = berlin('0 9 * * *', 60);
    expect(isWithin([nineInBerlin], at('2026-03-28T08:00:00Z'))).toBe(true);
    expect(isWithin([nineInBerlin], at('2026-03-28T07:00:00Z'))).toBe(false);
    expect(isWithin([nineInBerlin], at('2026-03-29T07:00:00Z'))).toBe(true);
    expect(isWithin([nineInBerlin], at('2026-03-29T08:00:00Z'))).toBe(false);
    expect(isWithin([nineInBerlin], at('2026-10-25T08:00:00Z'))).toBe(true);
    expect(isWithin([newYork('0 9 * * *', 60)], at('2026-03-08T13:00:00Z'))).toBe(true);
    expect(isWithin([newYork('0 9 * * *', 60)], at('2026-11-01T14:00:00Z'))).toBe(true);
  });

  it('a time that the clock skips begins when it has jumped: no freeze is left out', () => {
    const halfPastTwo = berlin('30 2 * * *', 60);
    expect(isWithin([halfPastTwo], at('2026-03-29T00:59:59.999Z'))).toBe(false);
    expect(isWithin([halfPastTwo], at('2026-03-29T01:00:00Z'))).toBe(true);
    expect(isWithin([halfPastTwo], at('2026-03-29T01:59:59Z'))).toBe(true);
    expect(isWithin([halfPastTwo], at('2026-03-29T02:00:00Z'))).toBe(false);
    expect(isWithin([newYork('30 2 * * *', 60)], at('2026-03-08T07:00:00Z'))).toBe(true);
  });

  it('a time that the clock shows twice begins at the first', () => {
    const halfPastTwo = berlin('30 2 * * *', 60);
    expect(msUntilWithin([halfPastTwo], at('2026-10-24T12:00:00Z'))).toBe(minutes(12 * 60 + 30));
    expect(isWithin([halfPastTwo], at('2026-10-25T01:29:59Z'))).toBe(true);
    expect(isWithin([halfPastTwo], at('2026-10-25T01:30:00Z'))).toBe(false);
    expect(isWithin([newYork('30 1 * * *', 60)], at('2026-11-01T05:30:00Z'))).toBe(true);
    expect(isWithin([newYork('30 1 * * *', 60)], at('2026-11-01T06:30:00Z'))).toBe(false);
  });

  it('lasts as long as it says, whatever the clock shows meanwhile', () => {
    const night = berlin('0 22 * * *', 480);
    expect(msUntilOutside([night], at('2026-03-28T21:00:00Z'))).toBe(minutes(480));
    expect(msUntilOutside([night], at('2026-10-24T20:00:00Z'))).toBe(minutes(480));
  });
});

describe('a window as it is written', () => {
  const written = (given: object) => timeWindow().safeParse({ schedule: '0 9 * * 1-5', duration: '8h', ...given });
  const said = (given: object) => written(given).error?.issues.map(({ path, message }) => [path.join('.'), message]);

  it('is in UTC unless it says otherwise', () => {
    expect(written({}).data).toEqual({ schedule: '0 9 * * 1-5', duration: minutes(480), timeZone: 'UTC' });
    expect(written({ timeZone: 'Europe/Berlin' }).data?.timeZone).toBe('Europe/Berlin');
  });

  it.each(['0 9 * * * *', '0 9 * *    ', '60 9 * * *', '0 25 * * *', 'every morning', '0 9 * * 8'])(
    'refuses the schedule %s',
    (schedule) => {
      expect(said({ schedule })).toEqual([['schedule', 'must be a cron schedule of five fields, such as 0 9 * * 1-5']]);
    },
  );

  it.each(['Berlin', 'Europe/Atlantis', ''])('refuses the zone %j', (timeZone) => {
    expect(said({ timeZone })).toEqual([['timeZone', 'must be a time zone such as Europe/Berlin']]);
  });

  it.each(['0 0 30 2 *', '0 0 31 4,6 *'])('refuses %s, which never comes', (schedule) => {
    expect(said({ schedule })).toEqual([['schedule', 'never comes; is there such a day?']]);
  });

  it('takes a day that comes every four years', () => {
    expect(written({ schedule: '0 0 29 2 *' }).success).toBe(true);
  });

  it.each(['59s', '8d', 'long'])('refuses to last %s', (duration) => {
    expect(written({ duration }).success).toBe(false);
  });

  it('refuses fields it does not know', () => {
    expect(written({ until: '17:00' }).success).toBe(false);
  });

  it('is judged the same however many others were judged before', () => {
    const many = Array.from({ length: 600 }, (_, index) => window(`${index % 60} ${index % 24} * * *`, 1, 'UTC'));
    const odd = Array.from({ length: 600 }, (_, index) =>
      window(`${index % 60} ${index % 24} ${(index % 28) + 1} * *`, 1),
    );
    expect(isWithin([...many, ...odd, nine], at('2026-03-02T09:30:00Z'))).toBe(true);
  });
});
