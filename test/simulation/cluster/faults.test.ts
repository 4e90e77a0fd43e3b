import { describe, expect, it } from '@jest/globals';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import { type FaultPlace, type FaultShape, inWorkload } from '../../../simulation/cluster/faults.ts';
import { SimulatedCluster } from '../../../simulation/cluster/simulated-cluster.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { startMs } from '../support/open-server.ts';

const seconds = (count: number) => count * 1_000;

function open() {
  const clock = new Clock(startMs);
  const cluster = new SimulatedCluster(clock);
  const { store } = cluster;
  for (const name of ['n1', 'n2', 'n3']) store.addNode(name);
  const { workload, pods } = deploy(store, { namespace: 'shop', name: 'checkout' });
  const [first] = pods;
  if (first === undefined) throw new Error('no pod');
  const { uid, name } = first.base.ref;
  const look = async () => (await cluster.getPod('shop', name))?.containers[0];
  const pass = (ms: number) => clock.runUntil(clock.nowMs + ms);
  const breaks = (shape: FaultShape, place: FaultPlace, more: { untilMs?: number; afterMs?: number } = {}) =>
    store.faults.push({ shape, in: place, fromMs: startMs, ...more });
  const counts = async () => (await cluster.getWorkload('Deployment', 'shop', 'checkout'))?.counts;
  const evict = async (index: number) => {
    const [pod] = (await cluster.listPods('shop')).slice(index);
    if (pod !== undefined) await cluster.evictPod(pod.ref, { gracePeriodSeconds: 30, dryRun: false });
    await pass(seconds(60));
  };
  return { cluster, store, workload, first, uid, look, pass, breaks, counts, evict };
}

describe('a pod that crashes at every start', () => {
  it('restarts after 10, 20, 40 s and in the end every 5 min, as the kubelet does it', async () => {
    const { breaks, uid, look, pass } = open();
    breaks('CrashLoopBackOff', { pod: uid });
    expect(await look()).toMatchObject({ isReady: false, restarts: 0, state: { reason: 'CrashLoopBackOff' } });
    await pass(seconds(11));
    expect(await look()).toMatchObject({ restarts: 1, state: { kind: 'running', startedAtMs: startMs + seconds(10) } });
    await pass(seconds(2));
    const lastTermination = { reason: 'Error', exitCode: 1, finishedAtMs: startMs + seconds(12) };
    expect(await look()).toMatchObject({ restarts: 1, state: { kind: 'waiting' }, lastTermination });
    await pass(seconds(3_600));
    expect((await look())?.restarts).toBe(15);
  });

  it('says OOMKilled with exit code 137 when it is its memory', async () => {
    const { breaks, uid, look } = open();
    breaks('OOMKilled', { pod: uid });
    expect((await look())?.lastTermination).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });
});

describe('what cures a fault', () => {
  it('in a pod: a fresh pod', async () => {
    const { breaks, uid, counts, evict } = open();
    breaks('CrashLoopBackOff', { pod: uid });
    expect(await counts()).toEqual({ replicas: 3, updated: 3, ready: 2, available: 2 });
    await evict(0);
    expect(await counts()).toEqual({ replicas: 3, updated: 3, ready: 3, available: 3 });
  });

  it('in a node: another node', async () => {
    const { breaks, store, first, counts, evict, cluster } = open();
    breaks('NotReady', { node: first.base.nodeName ?? '' });
    expect((await cluster.listNodes()).filter(({ isReady }) => !isReady)).toHaveLength(1);
    await evict(0);
    expect(await counts()).toMatchObject({ ready: 3 });
    expect([...store.pods].map(({ base }) => base.nodeName)).not.toContain(first.base.nodeName);
  });

  it('in what a revision’s pods have in common: a rollout, and no eviction', async () => {
    const { breaks, workload, counts, evict, cluster, pass } = open();
    breaks('CrashLoopBackOff', inWorkload(workload.base.ref, 1));
    await evict(0);
    expect(await counts()).toMatchObject({ ready: 0 });
    await cluster.restartWorkload(workload.base.ref, { token: 't', atMs: 0, dryRun: false });
    await pass(seconds(120));
    expect(await counts()).toEqual({ replicas: 3, updated: 3, ready: 3, available: 3 });
  });

  it('in the template: nothing; its rollout gets stuck and gives up after ten minutes', async () => {
    const { breaks, workload, cluster, pass } = open();
    await cluster.restartWorkload(workload.base.ref, { token: 't', atMs: 0, dryRun: false });
    breaks('CrashLoopBackOff', inWorkload(workload.base.ref));
    await pass(seconds(601));
    const stuck = await cluster.getWorkload('Deployment', 'shop', 'checkout');
    expect(stuck?.progressFailure).toContain('exceeded its progress deadline');
    expect(stuck?.counts.updated).toBeLessThan(3);
  });

  it('that passes by itself: time', async () => {
    const { breaks, uid, counts, pass } = open();
    breaks('NotReady', { pod: uid }, { untilMs: startMs + seconds(30) });
    expect(await counts()).toMatchObject({ ready: 2 });
    await pass(seconds(30));
    expect(await counts()).toMatchObject({ ready: 3 });
  });

  it('that comes back some time after each start: a fresh pod, for so long', async () => {
    const { breaks, workload, counts, evict, pass } = open();
    breaks('OOMKilled', inWorkload(workload.base.ref), { afterMs: seconds(1_800) });
    expect(await counts()).toMatchObject({ ready: 0 });
    for (let pod = 0; pod < 3; pod++) await evict(0);
    expect(await counts()).toMatchObject({ ready: 3 });
    await pass(seconds(2_000));
    expect(await counts()).toMatchObject({ ready: 0 });
  });
});

describe('controllers', () => {
  it('put a StatefulSet’s pod back under its name, as another object', async () => {
    const { cluster, store, pass } = open();
    const { pods } = deploy(store, { kind: 'StatefulSet', namespace: 'shop', name: 'db' });
    const before = pods[1]?.base.ref;
    if (before === undefined) throw new Error('no pod');
    await cluster.evictPod(before, { gracePeriodSeconds: 30, dryRun: false });
    expect((await cluster.getPod('shop', 'db-1'))?.isTerminating).toBe(true);
    await pass(seconds(2));
    const after = await cluster.getPod('shop', 'db-1');
    expect(after).toMatchObject({ isTerminating: false, isReady: false });
    expect(after?.ref.uid).not.toBe(before.uid);
  });

  it('leave a bare pod gone', async () => {
    const { cluster, store, first, pass } = open();
    const { owner: _, ...base } = first.base;
    const ref = { ...base.ref, name: 'bare', uid: 'uid-bare' };
    store.addPod({ ...first, base: { ...base, ref } });
    await cluster.evictPod(ref, { gracePeriodSeconds: 0, dryRun: false });
    await pass(seconds(60));
    expect(await cluster.getPod('shop', 'bare')).toBe(undefined);
    expect(await cluster.listPods('shop')).toHaveLength(3);
  });
});
