import { describe, expect, it } from '@jest/globals';
import { backOffMs, createKubelet, type SeenPod } from '../../../bench/restart-rate/kubelet.ts';

const aPod = (uid: string, given: Partial<SeenPod> = {}): SeenPod => ({
  ...{ uid, namespace: 'n', name: `app-${uid}`, isScheduled: true, isDeleting: false, ...given },
});
const pods = ['1', '2', '3'].map((uid) => aPod(uid));
const seconds = (ms: number) => ms / 1_000;
const hour = 3_600_000;

describe('the kubelet’s back-off', () => {
  it('is none at first, then 10 s, doubled up to 5 min', () => {
    const first = Array.from({ length: 9 }, (_, index) => seconds(backOffMs(index + 1)));
    expect(first).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
  });
});

describe('the kubelet that the bench plays', () => {
  const withThreeReady = () => {
    const kubelet = createKubelet(3);
    const writes = kubelet.step(pods, 0);
    return { kubelet, writes };
  };

  it('makes every pod ready until one cannot live', () => {
    const { kubelet, writes } = withThreeReady();
    expect(writes.map(({ pod, kind }) => `${pod.uid} ${kind}`)).toEqual(['1 ready', '2 ready', '3 ready']);
    expect(kubelet.step(pods, 1_000)).toEqual([]);
    kubelet.breakOne('n', 1_000);
    expect(kubelet.step(pods, 1_000)).toEqual([{ pod: pods[0], kind: 'crashed', restarts: 1 }]);
  });

  it('restarts a hopeless pod sixteen times in an hour, at the moments of the back-off', () => {
    const { kubelet } = withThreeReady();
    kubelet.breakOne('n', 0);
    for (let nowMs = 0; nowMs <= hour; nowMs += 1_000) kubelet.step(pods, nowMs);
    const [life] = kubelet.lives;
    expect(life?.restartsMs).toHaveLength(16);
    expect(life?.restartsMs.slice(0, 7).map(seconds)).toEqual([0, 10, 30, 70, 150, 310, 610]);
  });

  it('is not thrown out of time by a late look', () => {
    const { kubelet } = withThreeReady();
    kubelet.breakOne('n', 0);
    expect(kubelet.step(pods, 33_000)).toEqual([{ pod: pods[0], kind: 'crashed', restarts: 3 }]);
    expect(kubelet.lives[0]?.restartsMs.map(seconds)).toEqual([0, 10, 30]);
  });

  it('lets a pod that takes the place crash too, with a back-off that begins anew', () => {
    const { kubelet } = withThreeReady();
    kubelet.breakOne('n', 0);
    kubelet.step(pods, 400_000);
    const next = [...pods.slice(1), aPod('4')];
    expect(kubelet.step(next, 500_000)).toEqual([{ pod: next[2], kind: 'crashed', restarts: 1 }]);
    expect(kubelet.step(next, 511_000)).toEqual([{ pod: next[2], kind: 'crashed', restarts: 2 }]);
    expect(kubelet.lives.map(({ endedMs }) => endedMs)).toEqual([500_000, undefined]);
  });

  it('does nothing to a pod that is being deleted, or not on a node yet', () => {
    const { kubelet } = withThreeReady();
    kubelet.breakOne('n', 0);
    const leaving = [aPod('1', { isDeleting: true }), ...pods.slice(1), aPod('4', { isScheduled: false })];
    expect(kubelet.step(leaving, 5_000)).toEqual([]);
  });

  it('counts each namespace by itself', () => {
    const kubelet = createKubelet(1);
    const two = [aPod('1', { namespace: 'a' }), aPod('2', { namespace: 'b' })];
    expect(kubelet.step(two, 0).map(({ kind }) => kind)).toEqual(['ready', 'ready']);
    expect(() => kubelet.breakOne('c', 0)).toThrow('no healthy pod runs in c');
  });
});
