import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../../bench/act-latency/acts.ts';
import type { Told } from '../../../bench/bed.ts';
import { isKept, type Standing, standingsOf } from '../../../bench/restart-rate/findings.ts';
import type { Life } from '../../../bench/restart-rate/kubelet.ts';
import type { Measured } from '../../../bench/restart-rate/measure.ts';
import { printed } from '../../../bench/restart-rate/print.ts';

const minutes = (count: number) => count * 60_000;
const aLife = (namespace: string, restarts: number, startedMs = 0): Life => ({
  pod: { uid: `${namespace}-${startedMs}`, namespace, name: 'app', isScheduled: true, isDeleting: false },
  ...{ startedMs, restartsMs: Array.from({ length: restarts }, (_, index) => startedMs + minutes(index)) },
});
const anAct = (namespace: string, doneAtMs: number): Act => ({
  ...{ user: 'mendflow-worker', kind: 'eviction', namespace, pod: 'app', receivedAtMs: doneAtMs, doneAtMs },
});
const escalated = (namespace: string, atMs: number) =>
  ({ atMs, notification: { kind: 'escalation', report: { target: { namespace } } } }) as unknown as Told;

// Ten times the speed, from moment 1,000 on.
const measured: Measured = {
  beganMs: 1_000,
  lives: [aLife('rate-kubelet', 16), aLife('rate-mendflow', 3), aLife('rate-mendflow', 15, minutes(3))],
  acts: [anAct('rate-mendflow', 1_000 + minutes(3) / 10), anAct('elsewhere', 1_000)],
  told: [escalated('elsewhere', 1_000), escalated('rate-mendflow', 1_000 + minutes(12) / 10)],
  failed: { 'rate-inline': 2 },
};
const [kubelet, mendflow, inline] = standingsOf(measured, { scale: 10, hours: 2 }) as [Standing, Standing, Standing];

describe('what became of a hopeless pod', () => {
  it('is counted over all pods that took its place, in fast time', () => {
    expect(mendflow).toMatchObject({ restarts: 18, starts: 19, perHour: 9, acts: 1, firstActMs: minutes(3) });
    expect(kubelet).toMatchObject({ restarts: 16, starts: 16, perHour: 8, acts: 0 });
  });

  it('tells at which failure a person heard of it', () => {
    expect(mendflow.paged).toEqual({ atMs: minutes(12), failure: 2 });
    expect(inline.paged).toBeUndefined();
  });

  it('leaves out restarts after the end', () => {
    const [first] = standingsOf({ ...measured, lives: [aLife('rate-kubelet', 100)] }, { scale: 10, hours: 1 });
    expect(first?.restarts).toBe(61);
  });

  it('tells how many webhooks came to nothing', () => {
    expect(inline.failedWebhooks).toBe(2);
  });
});

describe('the promise about hopeless pods', () => {
  const withRate = (perHour: number) => isKept([kubelet, { ...mendflow, perHour }]).rate;
  const { paged: _, ...unpaged } = mendflow;

  it('allows three restarts an hour more than the kubelet alone', () => {
    expect([withRate(11), withRate(11.1)]).toEqual([true, false]);
  });

  it('wants a person told by the third failure', () => {
    const at = (failure: number) => isKept([kubelet, { ...mendflow, paged: { atMs: 0, failure } }]).page;
    expect([at(3), at(4)]).toEqual([true, false]);
    expect(isKept([kubelet, unpaged]).page).toBe(false);
  });

  it('is printed with what it means here', () => {
    expect(printed([kubelet, mendflow, inline])).toContain('mendflow ≤ kubelet alone + 3 = 11.0 restarts/h met');
  });
});
