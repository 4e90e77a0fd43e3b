import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type GuardClient, openGuardClient } from '../../../activities/guard/client.ts';
import type { Verdict } from '../../../domain/guard/permit.ts';
import type { GuardState, Sighting } from '../../../domain/guard/state.ts';
import { aGuardState, aPermitRequest, now } from '../../support/builders.ts';
import { FakeGuard } from '../support/fake-guard.ts';

const paused = aGuardState({
  pauses: [
    { id: '1', who: 'ada', why: 'migration', sinceMs: now },
    { id: '2', who: 'bob', why: 'audit', sinceMs: now },
  ],
});
const stormy = (kind: 'open' | 'halfOpen') => aGuardState({ storm: { kind, sinceMs: now, why: 'many' } });
const sighting = (workload: string, atMs = now): Sighting => ({ workload, namespace: 'shop', atMs, traits: [] });

let guard: FakeGuard;
let client: GuardClient;
beforeEach(() => {
  jest.useFakeTimers();
  guard = new FakeGuard();
  client = openGuardClient(guard.deps());
});
afterEach(() => {
  jest.useRealTimers();
});

const glance = (workload = 'a', cluster = 'north') => client.glance(cluster, sighting(workload));
/** What nobody waits for is read a moment later. */
const news = () => jest.advanceTimersByTimeAsync(300);
/** A first glance brings news; they are there a moment later. */
const hear = async (state: GuardState) => {
  guard.guardState = state;
  await glance('first');
  await news();
};

describe('a glance', () => {
  it('goes on without waiting where there is no news yet', async () => {
    guard.guardState = paused;
    expect(await glance()).toEqual({ kind: 'goOn' });
    expect(guard.reads).toBe(0);
    await news();
    expect(guard.reads).toBe(1);
  });

  it('refuses where the guard is paused, and says by whom', async () => {
    await hear(paused);
    expect(await glance()).toEqual({ kind: 'refuse', reason: 'paused', detail: 'paused by ada: migration' });
  });

  it('refuses while the breaker is open, and not while it is half open', async () => {
    await hear(stormy('open'));
    expect(await glance()).toEqual({ kind: 'refuse', reason: 'storm', detail: 'many' });
    guard.nowMs += 1_001;
    guard.guardState = stormy('halfOpen');
    expect(await glance()).toEqual({ kind: 'goOn' });
  });

  it('knows each guard by itself', async () => {
    await hear(paused);
    expect(await glance('a', 'south')).toEqual({ kind: 'goOn' });
  });

  it('asks again only when the news are two seconds old, and does not wait for the answer', async () => {
    await hear(aGuardState());
    guard.nowMs += 2_000;
    await glance();
    await news();
    expect(guard.reads).toBe(1);
    guard.guardState = paused;
    guard.nowMs += 1;
    expect(await glance()).toEqual({ kind: 'goOn' });
    await news();
    expect(guard.reads).toBe(2);
    expect((await glance()).kind).toBe('refuse');
  });

  it('asks again about a stop that is older than a second, so that a lifted pause refuses no run', async () => {
    await hear(paused);
    guard.nowMs += 1_000;
    expect((await glance()).kind).toBe('refuse');
    expect(guard.reads).toBe(1);
    guard.guardState = aGuardState();
    guard.nowMs += 1;
    expect(await glance()).toEqual({ kind: 'goOn' });
    expect(guard.reads).toBe(2);
  });

  it('asks once, however many wait for the answer', async () => {
    await hear(paused);
    guard.nowMs += 1_500;
    const glances = await Promise.all(['a', 'b', 'c'].map((workload) => glance(workload)));
    expect(glances.map(({ kind }) => kind)).toEqual(['refuse', 'refuse', 'refuse']);
    expect(guard.reads).toBe(2);
  });

  it('believes an old stop for five seconds while the guard cannot be asked, and then lets the run ask it', async () => {
    await hear(paused);
    guard.guardState = new Error('no answer');
    guard.nowMs += 5_000;
    expect((await glance()).kind).toBe('refuse');
    guard.nowMs += 1;
    expect((await glance()).kind).toBe('goOn');
    expect(guard.warnings).toEqual(
      Array(2).fill('the state of the guard could not be read; runs ask the guard directly'),
    );
    guard.guardState = paused;
    expect((await glance()).kind).toBe('refuse');
  });

  it('does not believe news from the future: the clock was set back', async () => {
    await hear(paused);
    guard.guardState = aGuardState();
    guard.nowMs -= 3_600_000;
    expect((await glance()).kind).toBe('goOn');
    expect(guard.reads).toBe(2);
  });
});

describe('an answer of the guard', () => {
  const answered = async (verdict: Verdict) => {
    guard.answer = async (requests) => requests.map(({ requestId }) => ({ requestId, verdict }));
    await client.ask('north', aPermitRequest());
    return glance();
  };

  it('is news where it is a stop for all', async () => {
    for (const reason of ['paused', 'storm'] as const) {
      expect(await answered({ kind: 'deny', reason, detail: 'for all' })).toEqual({
        kind: 'refuse',
        reason,
        detail: 'for all',
      });
    }
    expect(guard.reads).toBe(0);
  });

  it('is none where it concerns one run', async () => {
    expect((await answered({ kind: 'deny', reason: 'tooFewReady', detail: 'x' })).kind).toBe('goOn');
    const hold: Verdict = { kind: 'hold', reason: 'paused', retryAfterMs: 1, detail: 'x' };
    expect((await answered(hold)).kind).toBe('goOn');
    expect((await answered({ kind: 'grant', grantedAtMs: 1, expiresAtMs: 2 })).kind).toBe('goOn');
  });
});

describe('who was turned away', () => {
  it('is told together, a second later, each workload once as it was seen last; no timer stays', async () => {
    await hear(paused);
    await glance('a');
    await client.glance('north', sighting('a', now + 1));
    await glance('b');
    expect(guard.told).toEqual([]);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(999);
    expect(guard.told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(guard.told).toEqual([[sighting('a', now + 1), sighting('b')]]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is told again when there are more', async () => {
    await hear(paused);
    await glance('a');
    jest.advanceTimersByTime(1_000);
    await glance('b');
    jest.advanceTimersByTime(1_000);
    expect(guard.told).toEqual([[sighting('a')], [sighting('b')]]);
    jest.advanceTimersByTime(60_000);
    expect(guard.told).toHaveLength(2);
  });

  it('is not told where a run goes on: it asks the guard itself', async () => {
    await hear(aGuardState());
    await glance();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are five hundred at most', async () => {
    await hear(paused);
    await Promise.all(Array.from({ length: 600 }, (_, index) => glance(`w${index}`)));
    jest.advanceTimersByTime(1_000);
    expect(guard.told[0]).toHaveLength(500);
  });

  it('is lost where the guard cannot be told, with a warning', async () => {
    guard.guardState = paused;
    await glance('a', 'unreachable');
    await news();
    await glance('a', 'unreachable');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(guard.warnings).toEqual(['the guard could not be told which workloads alert']);
  });
});
