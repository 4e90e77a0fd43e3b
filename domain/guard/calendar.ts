import { Cron } from 'croner';
import { z } from 'zod';
import { duration } from '../policy/duration-field.ts';

/** A time that comes again: it begins when the schedule says so, in its own time zone, and lasts for the duration. */
export interface TimeWindow {
  /** Cron, five fields. */
  schedule: string;
  /** How long it lasts, ms. */
  duration: number;
  /** IANA name; daylight saving is that of the zone. */
  timeZone: string;
}

/** A field that takes such a time; a schedule that can never come, or a zone that is not known, is a fault. */
export function timeWindow() {
  return z
    .strictObject({
      schedule: z
        .string()
        .min(9)
        .max(100)
        .refine(isSchedule, 'must be a cron schedule of five fields, such as 0 9 * * 1-5')
        .describe('When it begins, as cron writes it: minute, hour, day of month, month, day of week.'),
      duration: duration({ min: '1m', max: '7d' }).describe('How long it lasts.'),
      timeZone: z
        .string()
        .max(64)
        .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
        .default('UTC')
        .describe('IANA name of the zone whose clock counts, its daylight saving included.'),
    })
    .refine(
      ({ schedule, timeZone }) => !isSchedule(schedule) || !isTimeZone(timeZone) || comesEver(schedule, timeZone),
      {
        path: ['schedule'],
        error: 'never comes; is there such a day?',
      },
    );
}

/** True while the moment lies in one of the windows; the end is outside. */
export function isWithin(windows: readonly TimeWindow[], nowMs: number): boolean {
  return windows.some((window) => endsInMs(window, nowMs) > 0);
}

/** Time until none of the windows holds any more, ms; 0 when none does now. */
export function msUntilOutside(windows: readonly TimeWindow[], nowMs: number): number {
  let untilMs = nowMs;
  // One window may begin before another ends; a week of them is looked through at most.
  for (let round = 0; round < 50; round += 1) {
    const nextMs = Math.max(...windows.map((window) => untilMs + endsInMs(window, untilMs)), untilMs);
    if (nextMs === untilMs) break;
    untilMs = nextMs;
  }
  return untilMs - nowMs;
}

/** Time until the next window begins, ms; undefined when none ever does. */
export function msUntilWithin(windows: readonly TimeWindow[], nowMs: number): number | undefined {
  if (isWithin(windows, nowMs)) return 0;
  const starts = windows.flatMap(({ schedule, timeZone }) => {
    const next = cronOf(schedule, timeZone).nextRun(new Date(nowMs));
    return next === null ? [] : [next.getTime() - nowMs];
  });
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** Time that is left of a window at this moment, ms; 0 outside of it. */
function endsInMs({ schedule, timeZone, duration }: TimeWindow, nowMs: number): number {
  // Previous means before: a millisecond later, the one that begins at this moment is among them.
  const [begun] = cronOf(schedule, timeZone).previousRuns(1, new Date(nowMs + 1));
  return begun === undefined ? 0 : Math.max(0, begun.getTime() + duration - nowMs);
}

/** Parsed once: every decision asks them again. */
const parsed = new Map<string, Cron>();
const parsedKept = 500;

function cronOf(schedule: string, timeZone: string): Cron {
  const key = `${schedule} ${timeZone}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  if (parsed.size >= parsedKept) parsed.clear();
  const cron = new Cron(schedule, { timezone: timeZone, mode: '5-part', paused: true });
  parsed.set(key, cron);
  return cron;
}

function isSchedule(schedule: string): boolean {
  try {
    cronOf(schedule, 'UTC');
    return true;
  } catch {
    return false;
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Asked from a fixed moment, so that a policy's validity does not depend on the day. */
const comesEver = (schedule: string, timeZone: string) =>
  cronOf(schedule, timeZone).nextRun(new Date('2026-01-01T00:00:00Z')) !== null;
