import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCensus } from '../../activities/census.ts';
import type { Cluster, Marking, WorkloadChange } from '../../activities/kubernetes/port.ts';
import { replacementGate } from '../../activities/replacement-gate.ts';
import { aContainer, aFailedJob, aNode, aPod, aWorkload, nowMs } from './support/builders.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.nodes = [aNode(), aNode({ name: 'node-2' })];
  cluster.putWorkload(aFailedJob());
});
const open = (closedNode?: string) =>
  replacementGate({ cluster, census: createCensus(cluster, () => nowMs) }, { closedNode });
const made = () => cluster.calls.filter((call) => /^(evict|delete|restart|change|copy|mark)/.test(call));
const asked = () => cluster.calls.filter((call) => call.startsWith('admitReplacement'));

const marking = (dryRun: boolean): Marking => ({ token: 't', mark: { annotation: 'a', text: '{}' }, dryRun });
const revision = {
  name: 'r1',
  number: 1,
  isCurrent: false,
  available: 0,
  createdAtMs: 0,
  images: [],
  content: '',
  template: {},
};
const change = (to: WorkloadChange) => (port: Cluster, dryRun: boolean) =>
  port.changeWorkload(aWorkload(), to, marking(dryRun));
const ref = aPod().ref;

const taking: [name: string, write: (port: Cluster, dryRun: boolean) => Promise<unknown>][] = [
  ['evictPod', (port, dryRun) => port.evictPod(ref, { dryRun })],
  ['deletePod', (port, dryRun) => port.deletePod(ref, { dryRun })],
  ['restartWorkload', (port, dryRun) => port.restartWorkload(aWorkload().ref, { token: 't', atMs: 0, dryRun })],
  ['changeWorkload to a template', change({ kind: 'template', to: revision })],
  ['changeWorkload to other memory', change({ kind: 'memory', container: 'app', to: { limit: '1Gi' } })],
  [
    'copyJob',
    (port, dryRun) =>
      port.copyJob(aFailedJob().ref, { name: 'c', token: 't', first: 'nightly-1', annotations: {}, dryRun }),
  ],
  ['markJob', (port, dryRun) => port.markJob(aFailedJob(), marking(dryRun))],
];

describe.each(taking)('%s', (_, write) => {
  it.each([false, true])('does nothing while no fresh pod would be admitted (dry run: %s)', async (dryRun) => {
    cluster.refusesPods = 'its replacement would not be admitted: quota';
    await expect(write(open().cluster, dryRun)).rejects.toMatchObject({
      code: 'NOT_REPLACEABLE',
      message: expect.stringMatching(/shop\/.*: its replacement would not be admitted: quota/),
    });
    expect(made()).toEqual([]);
  });

  it('is done once a fresh pod would come', async () => {
    await write(open().cluster, false);
    expect([asked().length, made().length]).toEqual([1, 1]);
  });
});

describe('a pod in its startup probe', () => {
  const startingPod = (name = 'checkout-1') =>
    aPod({ name, containers: [aContainer({ isReady: false, isStarting: true })] });
  const takes = taking.slice(0, 2);

  it.each(takes)('stays whatever would take it: %s', async (_, write) => {
    cluster.pods = [startingPod()];
    for (const dryRun of [false, true]) {
      await expect(write(open().cluster, dryRun)).rejects.toMatchObject({
        code: 'EVICTION_BLOCKED',
        message: 'Pod shop/checkout-1 is not taken while it starts: container app is in its startup probe',
      });
    }
    expect([asked(), made()]).toEqual([[], []]);
  });

  it('stays as it was read for the act, though nothing replaces it', async () => {
    const { owner: _, ...bare } = startingPod();
    const gate = open();
    gate.prepare(bare);
    await expect(gate.cluster.evictPod(ref, { dryRun: false })).rejects.toMatchObject({ code: 'EVICTION_BLOCKED' });
    expect(made()).toEqual([]);
  });

  it('stays on a node that is drained', async () => {
    cluster.pods = [startingPod()];
    const { cluster: port } = open('node-1');
    await port.listPodsOn('node-1');
    await expect(port.evictPod(ref, { dryRun: false })).rejects.toMatchObject({ code: 'EVICTION_BLOCKED' });
  });

  it('may go once it has started', async () => {
    cluster.pods = [aPod({ containers: [aContainer({ isReady: false })] })];
    await open().cluster.evictPod(ref, { dryRun: false });
    expect(made()).toHaveLength(1);
  });
});

describe('what takes no pod', () => {
  it.each<[string, WorkloadChange]>([
    ['more replicas', { kind: 'replicas', to: 9 }],
    ['a mark', { kind: 'none' }],
  ])('%s: asks for none', async (_, to) => {
    cluster.refusesPods = 'no';
    await change(to)(open().cluster, false);
    expect(asked()).toEqual([]);
  });

  it.each([
    ['has ended', { phase: 'Succeeded' }],
    ['has failed', { phase: 'Failed' }],
  ])('a pod that %s holds nothing', async (_, changes) => {
    cluster.pods = [aPod(changes)];
    cluster.refusesPods = 'no';
    await open().cluster.evictPod(ref, { dryRun: false });
    expect([asked().length, made().length]).toEqual([0, 1]);
  });

  it('a pod without a controller is judged by other rules', async () => {
    const { owner: _, ...bare } = aPod();
    cluster.pods = [bare];
    cluster.refusesPods = 'no';
    await open().cluster.evictPod(ref, { dryRun: false });
    expect(made()).toHaveLength(1);
  });

  it('a pod that is gone, or another one, is left to the write itself', async () => {
    cluster.refusesPods = 'no';
    const other = open().cluster.evictPod({ ...ref, uid: 'other' }, { dryRun: true });
    await expect(other).rejects.toMatchObject({ code: 'TARGET_REPLACED' });
    cluster.pods = [];
    await expect(open().cluster.evictPod(ref, { dryRun: true })).rejects.toMatchObject({ code: 'TARGET_GONE' });
    expect(asked()).toEqual([]);
  });
});

it('asks beside what else is read, once, and again for the next act', async () => {
  const gate = open();
  gate.prepare(aPod());
  await gate.cluster.evictPod(ref, { dryRun: true });
  expect(asked()).toHaveLength(1);
  await gate.cluster.evictPod(ref, { dryRun: true });
  expect(asked()).toHaveLength(2);
});

it('asks once in a dry run for pods that were asked for together, and again before one is really taken', async () => {
  const gate = open('node-1');
  await gate.replaceable([aPod()]);
  await gate.cluster.evictPod(ref, { dryRun: true });
  expect(asked()).toHaveLength(1);
  cluster.refusesPods = 'no';
  await expect(gate.cluster.evictPod(ref, { dryRun: false })).rejects.toMatchObject({ code: 'NOT_REPLACEABLE' });
});

it('asks again in a dry run for a pod that was not found replaceable', async () => {
  const gate = open();
  cluster.refusesPods = 'no';
  await expect(gate.replaceable([aPod()])).rejects.toMatchObject({ code: 'NOT_REPLACEABLE' });
  await expect(gate.cluster.evictPod(ref, { dryRun: true })).rejects.toMatchObject({ code: 'NOT_REPLACEABLE' });
});

it('never gives back the seat on the node that is emptied', async () => {
  await open('node-1').replaceable([aPod(), aPod({ name: 'checkout-2' })]);
  cluster.nodes = [aNode()];
  await expect(open('node-1').replaceable([aPod()])).rejects.toMatchObject({ code: 'NOT_REPLACEABLE' });
  expect(cluster.calls.filter((call) => call === 'listOccupants node-2')).toHaveLength(1);
});

it('passes everything else through', async () => {
  const { cluster: port } = open();
  expect(await port.getPod('shop', 'checkout-1')).toEqual(aPod());
  const node = { kind: 'Node', namespace: '', name: 'node-2', uid: 'uid-node-2' };
  await port.cordonNode(node, { token: 't', dryRun: true });
  expect(cluster.calls).toEqual(['getPod checkout-1', 'cordonNode node-2 t dry']);
});
