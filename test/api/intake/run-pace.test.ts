import { describe, expect, it } from '@jest/globals';
import { createRunPace } from '../../../api/intake/run-pace.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { anAlert } from '../../support/builders.ts';

function setUp({ isGone = false } = {}) {
  const clock = { nowMs: 0, timers: [] as { atMs: number; then: () => void }[] };
  const handed: Alert[] = [];
  const handOver = async (alert: Alert) => {
    if (isGone) throw new Error('gone');
    handed.push(alert);
    return 'held';
  };
  const pace = createRunPace<string>({
    now: () => clock.nowMs,
    after: (ms, then) => clock.timers.push({ atMs: clock.nowMs + ms, then }),
    handOver,
  });
  const passes = async (ms: number) => {
    clock.nowMs += ms;
    const due = clock.timers.filter(({ atMs }) => atMs <= clock.nowMs);
    clock.timers = clock.timers.filter((timer) => !due.includes(timer));
    for (const { then } of due) then();
    await new Promise(setImmediate);
  };
  /** As the intake does it: at once where that is allowed, else at the end of the window. */
  const take = (alert: Alert) => (pace.admits(alert) ? handOver(alert) : pace.atWindowEnd(alert));
  const takeAll = (count: number) => {
    for (const alert of flood(count)) void take(alert);
  };
  return { clock, pace, handed, passes, take, takeAll };
}

const at = (second: number, status: Alert['status'] = 'firing') =>
  anAlert({ status, startsAt: new Date(Date.UTC(2026, 2, 1, 9, 0, second)).toISOString() });
const flood = (count: number) => Array.from({ length: count }, (_, second) => at(second));

describe('the alerts of one run', () => {
  it('are handed over at once while they are few', async () => {
    const { take, handed } = setUp();
    expect(await Promise.all(flood(6).map(take))).toEqual(Array(6).fill('held'));
    expect(handed).toHaveLength(6);
  });

  it('beyond that are handed over at the end of the window, as the latest one of them', async () => {
    const { take, handed, passes } = setUp();
    const answers = flood(100).map(take);
    expect(handed).toHaveLength(6);
    await passes(4_999);
    expect(handed).toHaveLength(6);
    await passes(1);
    expect(handed.slice(6)).toEqual([at(99)]);
    expect((await Promise.all(answers)).filter((answer) => answer === 'superseded')).toHaveLength(93);
  });

  it('of both states are handed over in the order in which the states came', async () => {
    const { take, takeAll, handed, passes } = setUp();
    takeAll(6);
    for (let second = 10; second < 40; second += 1) void take(at(second, second % 2 === 0 ? 'firing' : 'resolved'));
    await passes(5_000);
    expect(handed.slice(6)).toEqual([at(38, 'firing'), at(39, 'resolved')]);
  });

  it('are superseded by the one that began last, not by an old one that comes late', async () => {
    const { take, takeAll, handed, passes } = setUp();
    takeAll(6);
    for (const second of [20, 10]) void take(at(second));
    await passes(5_000);
    expect(handed.slice(6)).toEqual([at(20)]);
  });

  it('are at most six and two for each window of five seconds, however many come and for how long', async () => {
    const { take, handed, passes } = setUp();
    for (let second = 0; second < 600; second += 1) {
      for (let n = 0; n < 10; n += 1) void take(at(second, n % 2 === 0 ? 'firing' : 'resolved'));
      await passes(1_000);
    }
    expect(handed.length).toBeLessThanOrEqual(6 + 2 * 120);
    expect(handed.length).toBeGreaterThan(200);
  });

  it('do not overtake one that waits', async () => {
    const { clock, pace, takeAll } = setUp();
    takeAll(7);
    clock.nowMs = 60_000;
    expect(pace.admits(at(30, 'resolved'))).toBe(false);
    void pace.atWindowEnd(at(30, 'resolved'));
  });

  it('take linear time, also where a body holds as many of one run as it may', () => {
    const { takeAll } = setUp();
    const startedMs = performance.now();
    takeAll(50_000);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('do not hold up another run', () => {
    const { pace, takeAll } = setUp();
    takeAll(50);
    expect(pace.admits(anAlert({ fingerprint: 'ffffffffffffffff' }))).toBe(true);
  });

  it('fail for all who wait where the latest one could not be handed over', async () => {
    const { pace, passes } = setUp({ isGone: true });
    for (const alert of flood(6)) pace.admits(alert);
    const answers = [at(7), at(8)].map((alert) => pace.atWindowEnd(alert));
    await passes(5_000);
    expect(await Promise.allSettled(answers)).toEqual(Array(2).fill({ status: 'rejected', reason: new Error('gone') }));
  });
});
