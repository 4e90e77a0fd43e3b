import { describe, expect, it } from '@jest/globals';
import { remembered } from '../../../../domain/guard/act-history.ts';
import { attempts } from '../../../../domain/guard/rules/attempts.ts';
import { aGuardInput, aGuardState, anAct, aPermitRequest, minutes, now } from '../../../support/builders.ts';

const key = 'shop/Deployment/checkout';
const hoursAgo = (hours: number) => now - minutes(60 * hours);
const judged = (state: object, guards: object = {}) =>
  attempts.judge(aGuardInput({ state: aGuardState(state), request: aPermitRequest({ spec: { guards } }) }));
const ofRun = (count: number) =>
  Array.from({ length: count }, (_, index) => anAct({ runId: 'run-1', atMs: hoursAgo(index + 1) }));
const others = (...hours: number[]) => hours.map((h) => anAct({ runId: `run-of-${h}`, atMs: hoursAgo(h) }));

describe('attempts of an episode', () => {
  it('denies a fourth act of an episode, and not a third', () => {
    expect(judged({ acts: ofRun(2) })).toBeUndefined();
    expect(judged({ acts: ofRun(3) })).toEqual({
      kind: 'deny',
      reason: 'episodeAttempts',
      detail: '3 of 3 attempts of this episode are used',
    });
  });

  it('follows the policy', () => {
    expect(judged({ acts: ofRun(1) }, { attempts: { perEpisode: 1 } })?.reason).toBe('episodeAttempts');
    expect(judged({ acts: ofRun(3) }, { attempts: { perEpisode: 4 } })).toBeUndefined();
  });

  it('does not count what other runs did', () => {
    expect(judged({ acts: [...ofRun(2), ...others(3, 4)] })).toBeUndefined();
  });
});

describe('attempts on a workload', () => {
  it('denies a seventh act of a day, whatever the episodes, and not a sixth', () => {
    expect(judged({ acts: others(1, 2, 3, 4, 5) })).toBeUndefined();
    expect(judged({ acts: others(1, 2, 3, 4, 5, 5.5) })).toEqual({
      kind: 'deny',
      reason: 'dailyAttempts',
      detail: `6 of 6 attempts on ${key} are used`,
    });
  });

  it('counts acts of which only the minute is remembered', () => {
    const past = [8, 12, 16, 20, 23].map((hours) => ({ workload: key, atMs: hoursAgo(hours) }));
    const history = remembered({}, past, now);
    expect(judged({ history, acts: others(1) })?.reason).toBe('dailyAttempts');
    expect(judged({ history })).toBeUndefined();
  });

  it('forgets an act at the moment the period is over', () => {
    const within = [1, 2, 3, 4, 5].map((h) => ({ workload: key, atMs: hoursAgo(h) }));
    const with24h = (atMs: number) => ({ history: remembered({}, [{ workload: key, atMs }, ...within], now) });
    expect(judged(with24h(hoursAgo(24)))).toBeUndefined();
    expect(judged(with24h(hoursAgo(24) + 60_000))?.reason).toBe('dailyAttempts');
  });

  it('follows the policy’s count and period', () => {
    const guards = { attempts: { max: 2, per: '1h' } };
    const acts = [30, 59].map((min) => anAct({ runId: 'x', atMs: now - minutes(min) }));
    expect(judged({ acts }, guards)?.reason).toBe('dailyAttempts');
    const older = [30, 60].map((min) => anAct({ runId: 'x', atMs: now - minutes(min) }));
    expect(judged({ acts: older }, guards)).toBeUndefined();
  });

  it('ignores other workloads, and acts that a person forgave', () => {
    const acts = others(1, 2, 3, 4, 5);
    const more = [anAct({ isForgiven: true, runId: 'run-1' }), anAct({ workload: 'shop/Deployment/cart' })];
    expect(judged({ acts: [...acts, ...more] })).toBeUndefined();
  });
});
