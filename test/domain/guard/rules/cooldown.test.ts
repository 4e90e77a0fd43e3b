import { describe, expect, it } from '@jest/globals';
import { remembered } from '../../../../domain/guard/act-history.ts';
import { cooldown, cooldownMs } from '../../../../domain/guard/rules/cooldown.ts';
import { aGuardInput, aGuardState, aLease, anAct, aPermitRequest, minutes, now } from '../../../support/builders.ts';

const key = 'shop/Deployment/checkout';
const ago = (min: number) => anAct({ atMs: now - minutes(min) });
const judged = (state: object, guards: object = {}) =>
  cooldown.judge(aGuardInput({ state: aGuardState(state), request: aPermitRequest({ spec: { guards } }) }));

describe('the length of a cooldown', () => {
  it.each([
    ['no act', [], 0],
    ['one act', [0], 5],
    ['two acts', [0, 10], 10],
    ['three acts', [0, 10, 30], 20],
    ['four acts', [0, 10, 30, 70], 40],
    ['six acts', [0, 10, 20, 30, 40, 50], 160],
    ['seven acts, which would be 320 minutes', [0, 10, 20, 30, 40, 50, 60], 240],
    ['an act more than six hours after the one before', [0, 10, 371], 5],
    ['an act exactly six hours after the one before', [0, 10, 370], 20],
    ['acts before and after six quiet hours', [0, 10, 400, 410], 10],
    ['times that were rounded past the next act', [0, 2, 1], 20],
  ])('after %s → %j → %i minutes', (_, actMinutes, expected) => {
    expect(cooldownMs(actMinutes.map(minutes), minutes(5))).toBe(minutes(expected));
  });

  it('doubles from what the policy says, and never beyond four hours', () => {
    expect(cooldownMs([0, 1], 10_000)).toBe(20_000);
    expect(cooldownMs([0], minutes(240))).toBe(minutes(240));
    expect(cooldownMs([0, 1], minutes(240))).toBe(minutes(240));
  });
});

describe('cooldown', () => {
  it('holds a second remediation of the workload while it runs, and says how long', () => {
    expect(judged({ acts: [ago(2)] })).toEqual({
      kind: 'hold',
      reason: 'coolingDown',
      retryAfterMs: minutes(3),
      detail: 'remediated 2m ago; its cooldown runs 3m more',
    });
  });

  it('lets go at the moment it ends, not a millisecond before', () => {
    expect(judged({ acts: [anAct({ atMs: now - minutes(5) + 1 })] })).toMatchObject({ retryAfterMs: 1 });
    expect(judged({ acts: [ago(5)] })).toBeUndefined();
  });

  it('follows the policy’s own length', () => {
    expect(judged({ acts: [ago(9)] }, { cooldown: '10m' })).toMatchObject({ retryAfterMs: minutes(1) });
    expect(judged({ acts: [ago(10)] }, { cooldown: '10m' })).toBeUndefined();
  });

  it('grows with the acts that are remembered by their minute only', () => {
    const earlier = { workload: key, atMs: now - minutes(400) };
    const history = remembered({}, [earlier], now);
    expect(judged({ history, acts: [ago(200), ago(3)] })).toMatchObject({ retryAfterMs: minutes(17) });
  });

  it('is over for acts that lie before six hours, whatever the history says', () => {
    const past = [370, 380, 390, 400, 410, 420, 430].map((min) => ({ workload: key, atMs: now - minutes(min) }));
    expect(judged({ history: remembered({}, past, now) })).toBeUndefined();
  });

  it('ignores other workloads, and acts that a person forgave', () => {
    const acts = [anAct({ workload: 'shop/Deployment/cart' }), anAct({ isForgiven: true })];
    expect(judged({ acts })).toBeUndefined();
  });

  it('starts anew after a reset in the middle of it', () => {
    const acts = [anAct({ atMs: now - minutes(60), isForgiven: true }), anAct({ atMs: now - minutes(4) })];
    expect(judged({ acts })).toMatchObject({ retryAfterMs: minutes(1) });
  });

  it('holds for longer when the clock was set back, never for shorter', () => {
    expect(judged({ acts: [anAct({ atMs: now + minutes(30) })] })).toMatchObject({ retryAfterMs: minutes(35) });
  });

  it('counts a permit that the run never gave back as an act of now', () => {
    expect(judged({ leases: [aLease({ runId: 'run-1', workload: key })] })).toEqual({
      kind: 'hold',
      reason: 'coolingDown',
      retryAfterMs: minutes(5),
      detail: 'a permit for it is still open; its cooldown runs 5m more',
    });
  });

  it('does not mind permits for other workloads', () => {
    expect(judged({ leases: [aLease({ runId: 'run-1' })] })).toBeUndefined();
  });
});
