import { describe, expect, it } from '@jest/globals';
import { invariants } from './invariants/index.ts';
import { play } from './search/play.ts';
import { receivers } from './search/schedule.ts';
import { aDay, trouble } from './support/a-day.ts';

const awayMinutes = 90;
const minuteOf = (startMs: number, { atMs }: { atMs: number }) => (atMs - startMs) / 60_000;

describe('the page of a run, while every receiver is away for longer than one message is tried', () => {
  it.each(['fails', 'hangs'] as const)('arrives once within six minutes after they are back (it %s)', async (how) => {
    // The workload crashes at every start, so that a person is asked; the second one lets the day go on.
    const day = aDay([
      { kind: 'receiver', at: 0, receiver: 'all', how, minutes: awayMinutes },
      trouble(1, 0, { where: 'template' }),
      trouble(200, 1),
    ]);
    const trace = await play(day);
    const [run] = trace.runs;
    const pages = trace.told.filter(
      ({ notification }) => notification.runId === run?.runId && notification.kind === 'escalation',
    );
    const first = receivers.flatMap((receiver) => pages.find((page) => page.receiver === receiver) ?? []);
    expect(first.map(({ receiver }) => receiver)).toEqual(['oncall', 'pager']);
    for (const page of first) {
      expect(minuteOf(trace.startMs, page)).toBeGreaterThanOrEqual(awayMinutes);
      expect(minuteOf(trace.startMs, page)).toBeLessThanOrEqual(awayMinutes + 6);
    }
    expect(run?.status?.undelivered).toBeUndefined();
    expect(invariants.flatMap(({ name, broken }) => (broken(trace) === undefined ? [] : [name]))).toEqual([]);
  });
});
