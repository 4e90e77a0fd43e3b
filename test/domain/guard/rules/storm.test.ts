import { describe, expect, it } from '@jest/globals';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { storm } from '../../../../domain/guard/rules/storm.ts';
import { aGuardInput, aGuardState, aLease, anAct, minutes, now } from '../../../support/builders.ts';

const why = '21 workloads alert within 5 min';
const halfOpen = { storm: { kind: 'halfOpen' as const, sinceMs: now - minutes(7), why } };
const judged = (state: object, limits = defaultLimits) =>
  storm.judge(aGuardInput({ state: aGuardState(state), limits }));

describe('storm, while the breaker is open', () => {
  it('denies everything, as one incident', () => {
    expect(judged({ storm: { kind: 'open', sinceMs: now - minutes(3), why } })).toEqual({
      kind: 'deny',
      reason: 'storm',
      detail: '21 workloads alert within 5 min, since 3m',
      incident: 'storm',
    });
  });
});

describe('storm, while the breaker is half open', () => {
  it('lets the first act through', () => {
    expect(judged(halfOpen)).toBeUndefined();
  });

  it('lets one act through in two minutes', () => {
    expect(judged({ ...halfOpen, acts: [anAct({ atMs: now - minutes(1) })] })).toEqual({
      kind: 'hold',
      reason: 'stormPaced',
      retryAfterMs: minutes(1),
      detail: 'the storm since 7m is calming down; one act in 2m',
    });
    expect(judged({ ...halfOpen, acts: [anAct({ atMs: now - minutes(2) + 1 })] })).toMatchObject({
      retryAfterMs: 10_000,
    });
    expect(judged({ ...halfOpen, acts: [anAct({ atMs: now - minutes(2) })] })).toBeUndefined();
  });

  it('paces by the latest act, whichever workload it was on, forgiven or not', () => {
    const acts = [anAct({ atMs: now - minutes(9) }), anAct({ workload: 'a/b/c', isForgiven: true, atMs: now })];
    expect(judged({ ...halfOpen, acts })).toMatchObject({ retryAfterMs: minutes(2) });
  });

  it('waits for the lease that is out, and asks again soon when that takes longer', () => {
    const leases = [aLease({ grantedAtMs: now - minutes(1) })];
    expect(judged({ ...halfOpen, leases })).toMatchObject({ reason: 'stormPaced', retryAfterMs: minutes(1) });
    const old = [aLease({ grantedAtMs: now - minutes(4) })];
    expect(judged({ ...halfOpen, leases: old })).toMatchObject({ reason: 'stormPaced', retryAfterMs: 10_000 });
  });

  it('takes its pace from the configuration', () => {
    const limits = { ...defaultLimits, storm: { ...defaultLimits.storm, paceMs: minutes(10) } };
    expect(judged({ ...halfOpen, acts: [anAct({ atMs: now - minutes(9) })] }, limits)).toMatchObject({
      retryAfterMs: minutes(1),
      detail: 'the storm since 7m is calming down; one act in 10m',
    });
  });
});

describe('storm, while a sender leaves alerts out of its deliveries', () => {
  const truncations = [{ sender: 'alertmanager-a', sinceMs: now - minutes(2), lastMs: now - minutes(1) }];

  it('lets one act through in two minutes, and names the sender', () => {
    expect(judged({ truncations })).toBeUndefined();
    expect(judged({ truncations, acts: [anAct({ atMs: now - minutes(1) })] })).toEqual({
      kind: 'hold',
      reason: 'stormPaced',
      retryAfterMs: minutes(1),
      detail: 'the sender alertmanager-a leaves alerts out of its deliveries; one act in 2m',
    });
  });

  it('paces for five minutes after the latest of them, and for half an hour because of one sender', () => {
    const acts = [anAct({ atMs: now })];
    const told = (sinceMin: number, lastMin: number) =>
      judged({
        acts,
        truncations: [{ sender: 'a', sinceMs: now - minutes(sinceMin), lastMs: now - minutes(lastMin) }],
      });
    expect(told(20, 4.9)?.reason).toBe('stormPaced');
    expect(told(20, 5)).toBeUndefined();
    expect(told(29, 0)?.reason).toBe('stormPaced');
    expect(told(30, 0)).toBeUndefined();
  });
});
