import { describe, expect, it } from '@jest/globals';
import { startRollout } from '../../../simulation/cluster/controllers.ts';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import type { Fault } from '../../../simulation/cluster/faults.ts';
import { scaleTo } from '../../../simulation/cluster/scaling.ts';
import { SimulatedCluster } from '../../../simulation/cluster/simulated-cluster.ts';
import { addAutoscaler, addJob } from '../../../simulation/policy-test/fixtures.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { startMs } from '../support/open-server.ts';

const minutes = (count: number) => count * 60_000;
const gigabyte = 2 ** 30;

function open() {
  const clock = new Clock(startMs);
  const cluster = new SimulatedCluster(clock);
  const { store } = cluster;
  for (const name of ['n1', 'n2', 'n3']) store.addNode(name);
  const { workload } = deploy(store, { namespace: 'shop', name: 'checkout', memoryLimit: gigabyte });
  const pass = (ms: number) => clock.runUntil(clock.nowMs + ms);
  const breaks = (fault: Omit<Fault, 'fromMs'>) => store.faults.push({ ...fault, fromMs: startMs });
  const live = async () => {
    const found = await cluster.getWorkload('Deployment', 'shop', 'checkout');
    if (found === undefined) throw new Error('no workload');
    return found;
  };
  const node = async (name: string) => {
    const found = await cluster.getWorkload('Node', '', name);
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  };
  const job = () => cluster.getWorkload('Job', 'shop', 'import');
  return { clock, cluster, store, workload, pass, breaks, live, node, job };
}

const key = 'shop/Deployment/checkout';
const jobFields = { namespace: 'shop', name: 'import', completions: 2, takes: minutes(1), age: 0 };
const noGaps = { labels: undefined, annotations: undefined, cronJob: undefined };

describe('a simulated Job', () => {
  it('runs for its time and is complete then', async () => {
    const { store, job, pass } = open();
    addJob(store, { ...noGaps, ...jobFields });
    expect(await job()).toMatchObject({ desired: 2, counts: { ready: 0 }, conditions: [] });
    await pass(minutes(1));
    expect(await job()).toMatchObject({ counts: { ready: 2 }, conditions: [{ type: 'Complete', status: 'True' }] });
  });

  it('that fails has failed for good, even when its fault is over', async () => {
    const { store, job, pass, breaks } = open();
    addJob(store, { ...noGaps, ...jobFields });
    breaks({ shape: 'Failed', in: { job: 'shop/Job/import' }, untilMs: startMs + minutes(2) });
    await pass(minutes(1));
    const failed = { progressFailure: 'Job has reached the specified backoff limit', counts: { ready: 0 } };
    expect(await job()).toMatchObject({ ...failed, conditions: [{ type: 'Failed', reason: 'BackoffLimitExceeded' }] });
    await pass(minutes(5));
    expect(await job()).toMatchObject(failed);
  });
});

describe('a simulated node', () => {
  it('shows a pressure while its pods run on, until it has been drained', async () => {
    const { store, breaks, node, live, cluster, pass } = open();
    breaks({ shape: 'MemoryPressure', in: { node: 'n1', untilDrained: true } });
    const pressure = async () => (await node('n1')).conditions.find(({ type }) => type === 'MemoryPressure');
    expect(await pressure()).toMatchObject({ status: 'True', reason: 'KubeletHasInsufficientMemory' });
    expect((await live()).counts.ready).toBe(3);
    const n1 = store.nodes.get('n1');
    if (n1 !== undefined) store.nodes.set('n1', { ...n1, isCordoned: true });
    const [pod] = (await cluster.listPods('shop')).filter(({ nodeName }) => nodeName === 'n1');
    if (pod !== undefined) await cluster.evictPod(pod.ref, { gracePeriodSeconds: 0, dryRun: false });
    await pass(minutes(1));
    expect(await pressure()).toMatchObject({ status: 'False' });
    expect((await live()).counts.ready).toBe(3);
  });

  it('that does not answer is not ready, and comes back', async () => {
    const { breaks, node, pass } = open();
    breaks({ shape: 'NotReady', in: { node: 'n1' }, untilMs: startMs + minutes(3) });
    expect(await node('n1')).toMatchObject({ counts: { ready: 0 } });
    expect((await node('n1')).conditions.at(-1)).toMatchObject({ type: 'Ready', status: 'Unknown' });
    await pass(minutes(3));
    expect((await node('n1')).conditions.at(-1)).toMatchObject({ type: 'Ready', status: 'True' });
  });
});

describe('what else cures a fault of a workload', () => {
  it('an earlier template, and no restart', async () => {
    const { store, workload, live, pass, breaks } = open();
    breaks({ shape: 'ImagePullBackOff', in: { workload: key, fromTemplate: 2 } });
    startRollout(store, workload, 2);
    await pass(minutes(11));
    const stuck = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
    expect((await live()).conditions).toContainEqual(expect.objectContaining(stuck));
    startRollout(store, workload, 1);
    await pass(minutes(2));
    expect(await live()).toMatchObject({ counts: { replicas: 3, updated: 3, ready: 3 } });
  });

  it('more memory', async () => {
    const { store, workload, live, pass, breaks } = open();
    breaks({ shape: 'OOMKilled', in: { workload: key, memoryBelow: 2 * gigabyte } });
    expect((await live()).counts.ready).toBe(0);
    workload.memoryLimit = 2 * gigabyte;
    startRollout(store, workload, 2);
    await pass(minutes(2));
    expect((await live()).counts.ready).toBe(3);
  });

  it('room: one more node that takes pods', async () => {
    const { store, live, cluster, breaks } = open();
    breaks({ shape: 'Unschedulable', in: { workload: key, nodesAtMost: 3 } });
    const [pod] = await cluster.listPods('shop');
    expect(pod).toMatchObject({ phase: 'Pending', conditions: [{ type: 'PodScheduled', reason: 'Unschedulable' }] });
    expect(pod?.nodeName).toBe(undefined);
    store.addNode('n4');
    expect((await live()).counts.ready).toBe(3);
  });
});

describe('how many pods there are', () => {
  it('follows what a workload wants, up and down', async () => {
    const { store, workload, live, pass } = open();
    scaleTo(store, workload, 5);
    await pass(minutes(1));
    expect(await live()).toMatchObject({ desired: 5, counts: { ready: 5 } });
    scaleTo(store, workload, 2);
    await pass(minutes(1));
    expect(await live()).toMatchObject({ desired: 2, counts: { ready: 2 } });
  });

  it('is what the load asks for, as far as the autoscaler may', async () => {
    const { store, cluster, live, pass } = open();
    const scales = { namespace: 'shop', workload: 'checkout' };
    addAutoscaler(store, { name: 'checkout', scales, min: 1, max: 4, wants: 9 });
    await pass(minutes(1));
    expect(await live()).toMatchObject({ desired: 4 });
    expect(await cluster.getAutoscaler('shop', 'checkout')).toMatchObject({
      max: 4,
      desired: 4,
      conditions: [{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }],
    });
  });
});

describe('a container that hangs', () => {
  it('is killed again and again, and runs in between without being ready', async () => {
    const { store, cluster, pass } = open();
    const [record] = store.podsUnder(key);
    if (record === undefined) throw new Error('no pod');
    const { uid, name } = record.base.ref;
    store.faults.push({ shape: 'LivenessFailed', in: { pod: uid }, fromMs: startMs });
    await pass(minutes(6));
    const pod = await cluster.getPod('shop', name);
    expect(pod).toMatchObject({ phase: 'Running', isReady: false });
    const lastTermination = { reason: 'Error', exitCode: 137 };
    expect(pod?.containers[0]).toMatchObject({ restarts: 3, state: { kind: 'running' }, lastTermination });
  });
});
