import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../domain/alert/fingerprint.ts';
import { aLedger, aRawPod, type Shape, seen, startMs } from './builders.ts';

const pod = (shape: Shape, more: { uid?: string; name?: string; atMs?: number } = {}) =>
  seen('pod', aRawPod(shape, more));
const after = (seconds: number) => startMs + seconds * 1_000;

describe('a fault', () => {
  it('without tolerance is put at once, in Alertmanager’s form, and resolved when it is healed', () => {
    const { ledger, put } = aLedger();
    ledger.see('pods', pod('oom'), startMs);
    const labels = {
      ...{ alertname: 'MendflowPodOOMKilled', cluster: 'test', mendflow_source: 'watcher' },
      ...{ namespace: 'shop', pod: 'checkout-1', deployment: 'checkout' },
    };
    expect(put).toEqual([
      {
        status: 'firing',
        labels,
        annotations: {
          summary: 'shop/checkout-1: container app was OOMKilled, 3 restarts',
          description: expect.stringContaining('empty memory'),
        },
        startsAt: '2026-03-01T10:00:00.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: fingerprintOf(labels),
      },
    ]);
    ledger.see('pods', pod('well'), after(5));
    expect(put[1]).toEqual({ ...put[0], status: 'resolved', endsAt: '2026-03-01T10:00:05.000Z' });
  });

  it('is held for the tolerance of its class', () => {
    const { ledger, told } = aLedger();
    ledger.see('pods', pod('not-ready'), startMs);
    ledger.passTime(after(59));
    expect(told()).toEqual([]);
    ledger.passTime(after(60));
    expect(told()).toEqual(['firing MendflowPodNotReady']);
  });

  it('that comes and goes within the tolerance is never put', () => {
    const { ledger, told } = aLedger();
    for (const second of [0, 40, 80, 120]) {
      ledger.see('pods', pod('not-ready'), after(second));
      ledger.see('pods', pod('well'), after(second + 20));
      ledger.passTime(after(second + 39));
    }
    expect(told()).toEqual([]);
    expect(ledger.concerns(pod('well'), after(200))).toBe(false);
  });

  it('is put again at the pace of repeats, with the same fingerprint and beginning', () => {
    const { ledger, put } = aLedger({ repeatEveryMs: 100_000 });
    ledger.see('pods', pod('oom'), startMs);
    for (let second = 1; second <= 100; second += 1) ledger.passTime(after(second));
    expect(put).toHaveLength(2);
    expect(put[1]).toEqual(put[0]);
  });

  it('ends by itself when what it shows is too long ago', () => {
    const { ledger, told } = aLedger();
    ledger.see('pods', pod('oom'), startMs);
    for (let second = 5; second <= 610; second += 5) ledger.passTime(after(second));
    expect(told()).toEqual(['firing MendflowPodOOMKilled', 'resolved MendflowPodOOMKilled']);
    expect([...ledger.reported().values()].every((count) => count === 0)).toBe(true);
  });

  it('of a pod that crashes is not told as NotReady as well', () => {
    const { ledger, told } = aLedger({ toleranceMs: 0 });
    ledger.see('pods', pod('crash-loop'), startMs);
    expect(told()).toEqual(['firing MendflowPodCrashLoopBackOff']);
    expect(ledger.reported().get('CrashLoopBackOff')).toBe(1);
  });

  it.each<Shape>(['leaving', 'done'])('is over when its pod is %s', (shape) => {
    const { ledger, told } = aLedger();
    ledger.see('pods', pod('oom'), startMs);
    ledger.see('pods', pod(shape), after(1));
    expect(told()).toEqual(['firing MendflowPodOOMKilled', 'resolved MendflowPodOOMKilled']);
  });
});

describe('an object', () => {
  it('that is gone has no fault any more', () => {
    const { ledger, told } = aLedger();
    ledger.see('pods', pod('oom'), startMs);
    ledger.gone(pod('oom').key, after(1));
    expect(told()).toEqual(['firing MendflowPodOOMKilled', 'resolved MendflowPodOOMKilled']);
  });

  it('of the same name and another uid is another object, whose time begins anew', () => {
    const { ledger, told } = aLedger();
    ledger.see('pods', pod('not-ready'), startMs);
    ledger.passTime(after(60));
    ledger.see('pods', pod('not-ready', { uid: 'uid-2' }), after(61));
    ledger.passTime(after(120));
    expect(told()).toEqual(['firing MendflowPodNotReady', 'resolved MendflowPodNotReady']);
    ledger.passTime(after(121));
    expect(told()).toHaveLength(3);
  });

  it('that is missing from a whole list of its source is well or gone; others are not touched', () => {
    const { ledger, told } = aLedger();
    ledger.see('pods of shop', pod('oom'), startMs);
    ledger.see('pods of demo', pod('oom', { name: 'other-1' }), startMs);
    ledger.seeAll('pods of shop', [], after(1));
    expect(told().filter((line) => line.startsWith('resolved'))).toHaveLength(1);
  });

  it('that is well and was well concerns nobody', () => {
    const { ledger } = aLedger();
    expect(ledger.concerns(pod('well'), startMs)).toBe(false);
    ledger.see('pods', pod('oom'), startMs);
    expect(ledger.concerns(pod('well'), startMs)).toBe(true);
  });
});
