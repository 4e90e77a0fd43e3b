import { describe, expect, it } from '@jest/globals';
import { type Node, type Scene, type Surroundings, surroundingsOf } from '../../../domain/target/cluster-context.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { aContainer, aNode, aPod, aWorkload, nowMs } from '../../activities/support/builders.ts';

const node = (name: string, zone?: string, isReady = true): Node => ({
  ...aNode({ name, isReady }),
  ...(zone === undefined ? {} : { zone }),
});
const nodes = [node('node-1', 'zone-a'), node('node-2', 'zone-a'), node('node-3', 'zone-b', false), node('node-4')];
const vitals = { calls: 10, p99Ms: 5, serverErrors: 0, throttled: 0 };
const pod = (name: string, changes: Partial<Pod> = {}) => aPod({ name, ...changes });
const seen = (given: Partial<Scene> = {}) =>
  surroundingsOf({ neighbours: [], nodes, vitals, readAtMs: nowMs, workload: aWorkload(), ...given });

describe('the surroundings of a target', () => {
  it('count the pods of its namespace, its node and its zone, and those that are not ready', () => {
    const target = pod('p1', { isReady: false });
    const neighbours = [
      target,
      pod('p2', { nodeName: 'node-2' }),
      pod('p3', { nodeName: 'node-3', isReady: false }),
      pod('p4'),
    ];
    expect(seen({ pod: target, neighbours })).toMatchObject({
      node: 'node-1',
      zone: 'zone-a',
      namespace: { total: 4, unhealthy: 2 },
      onNode: { total: 2, unhealthy: 1 },
      inZone: { total: 3, unhealthy: 1 },
      nodes: { total: 4, notReady: 1 },
      vitals,
      readAtMs: nowMs,
    });
  });

  it('count the nodes under pressure, each once', () => {
    const under = (type: string, status = 'True') => [{ type, status, reason: '', message: '' }];
    const some = [
      aNode({ name: 'n1', conditions: under('MemoryPressure') }),
      aNode({ name: 'n2', conditions: [...under('DiskPressure'), ...under('PIDPressure')] }),
      aNode({ name: 'n3', conditions: under('MemoryPressure', 'False') }),
      aNode({ name: 'n4', isReady: false, conditions: under('MemoryPressure') }),
    ];
    expect(seen({ nodes: some }).nodes).toEqual({ total: 4, notReady: 1, underPressure: 2 });
  });

  const done = aContainer({
    isReady: false,
    state: { kind: 'terminated', reason: 'Completed', exitCode: 0, finishedAtMs: nowMs },
  });

  it('leave out pods that are going or done', () => {
    const neighbours = [
      pod('p1'),
      pod('p2', { isTerminating: true }),
      pod('p3', { phase: 'Succeeded', isReady: false }),
      pod('p4', { phase: 'Failed', isReady: false }),
      pod('p5', { phase: 'Pending', isReady: false }),
      pod('beside-a-sidecar', { isReady: false, containers: [done, aContainer({ name: 'istio-proxy' })] }),
    ];
    expect(seen({ neighbours }).namespace).toEqual({ total: 2, unhealthy: 1 });
  });

  it('count the workload by the pods that it wants', () => {
    const counts = { replicas: 4, updated: 4, ready: 3, available: 3 };
    expect(seen({ workload: aWorkload({ desired: 5, counts }) }).workload).toEqual({ total: 5, unhealthy: 2 });
    expect(seen({ workload: aWorkload({ desired: 2, counts }) }).workload).toEqual({ total: 2, unhealthy: 0 });
    const unread = surroundingsOf({ neighbours: [], nodes, vitals, readAtMs: nowMs });
    expect(unread.workload).toEqual({ total: 0, unhealthy: 0 });
  });

  it('count the workloads by the controllers of the pods', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-1', uid: 'uid-cart-1' };
    const { owner: _, ...bare } = pod('p4');
    expect(seen({ neighbours: [pod('p1'), pod('p2'), pod('p3', { owner }), bare] }).workloads).toBe(2);
  });

  it('name the application', () => {
    const labels = { 'app.kubernetes.io/part-of': 'shop-app' };
    expect(seen({ workload: aWorkload({ labels }) }).owner).toBe('shop-app');
    expect(seen()).not.toHaveProperty('owner');
  });

  it('leave out what is not known', () => {
    const without = ['node', 'zone', 'onNode', 'inZone', 'owner', 'rollout'];
    for (const field of without) expect(seen()).not.toHaveProperty(field);
    const { nodeName: _, ...pending } = pod('p1');
    for (const field of without) expect(seen({ pod: pending, neighbours: [pending] })).not.toHaveProperty(field);
    const unzoned = seen({ pod: pod('p1', { nodeName: 'node-4' }) });
    expect(unzoned.node).toBe('node-4');
    expect(unzoned).not.toHaveProperty('zone');
  });
});

describe('the traits of a target', () => {
  const owner = (name: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: `uid-${name}` });
  /** Pods of so many other workloads, one each. */
  const others = (count: number, changes: Partial<Pod> = {}) =>
    Array.from({ length: count }, (_, index) =>
      pod(`other-${index}`, {
        nodeName: 'node-3',
        images: ['registry/other:1'],
        owner: owner(`other-${index}`),
        ...changes,
      }),
    );
  const shareOf = (trait: string, { traits, shares = [] }: Surroundings) => shares[traits.indexOf(trait)];

  it('are its node, zone, images and settings, each with the share of the other workloads that have it', () => {
    const target = pod('p1', { configs: ['configmap/settings', 'secret/key'] });
    const { traits, shares } = seen({ pod: target, neighbours: [target, ...others(3)] });
    expect(traits).toEqual([
      'node/node-1',
      'zone/zone-a',
      'image/registry/checkout:1',
      'config/shop/configmap/settings',
      'config/shop/secret/key',
    ]);
    // One of four nodes, and two of four nodes, beside three workloads that are elsewhere.
    expect(shares).toEqual([6, 13, 0, 0, 0]);
  });

  it('count a workload once, by the share of its pods', () => {
    const target = pod('p1');
    const half = [
      pod('a', { images: ['registry/checkout:1'], owner: owner('a') }),
      pod('b', { images: ['registry/other:1'], owner: owner('a') }),
    ];
    const found = seen({ pod: target, neighbours: [target, pod('p2'), pod('p3'), ...half, ...others(3)] });
    expect(shareOf('image/registry/checkout:1', found)).toBe(13);
  });

  it('are not what more than three quarters of the others share', () => {
    const target = pod('p1');
    const same = { images: ['registry/checkout:1'] };
    const rest = { images: ['registry/x:1'] };
    expect(
      seen({ pod: target, neighbours: [target, ...others(3, same), pod('x', { ...rest, owner: owner('x') })] }).traits,
    ).toContain('image/registry/checkout:1');
    expect(seen({ pod: target, neighbours: [target, ...others(4, same)] }).traits).not.toContain(
      'image/registry/checkout:1',
    );
  });

  it('are not a zone that all nodes are in, nor the only node', () => {
    const target = pod('p1', { images: [] });
    const one = [node('node-1', 'zone-a')];
    expect(seen({ pod: target, nodes: one, neighbours: [target] }).traits).toEqual([]);
    expect(
      seen({ pod: target, nodes: one, neighbours: [target, ...others(3, { nodeName: 'node-1' })] }).traits,
    ).toEqual([]);
  });

  it('are not counted beside fewer than three other workloads of the namespace, and none without a pod', () => {
    const target = pod('p1');
    expect(seen({ pod: target, neighbours: [target, ...others(2)] })).toMatchObject({
      traits: ['node/node-1', 'zone/zone-a', 'image/registry/checkout:1'],
      shares: [],
    });
    expect(seen({ neighbours: others(9) }).traits).toEqual([]);
  });

  it('are ten at most, and none longer than 160 characters', () => {
    const images = Array.from({ length: 30 }, (_, index) => `${index}-${'x'.repeat(300)}`);
    const target = pod('p1', { images });
    const { traits, shares } = seen({ pod: target, neighbours: [target, ...others(3)] });
    expect([traits.length, shares?.length]).toEqual([10, 10]);
    expect(Math.max(...traits.map(({ length }) => length))).toBe(160);
  });
});

describe('a rollout', () => {
  const rolling = (changes: Partial<Workload>, kind = 'Deployment') =>
    seen({ workload: aWorkload({ ref: { ...aWorkload().ref, kind }, ...changes }) }).rollout;
  const counts = { replicas: 3, updated: 1, ready: 3, available: 3 };

  it('is under way while its controller has not seen the latest change', () => {
    expect(rolling({ generation: 3 })).toBe('its controller has not seen the latest change yet');
    expect(rolling({ generation: 3 }, 'ReplicaSet')).toBe('its controller has not seen the latest change yet');
  });

  it('is under way while old pods are left', () => {
    expect(rolling({ counts })).toBe('2 old pods are left');
    expect(rolling({ counts: { ...counts, updated: 3, ready: 0 } })).toBeUndefined();
  });

  it('is not under way when it has failed, or where nobody rolls out', () => {
    expect(rolling({ generation: 3, counts, progressFailure: 'exceeded' })).toBeUndefined();
    expect(rolling({ generation: 3, counts, strategy: 'OnDelete' }, 'StatefulSet')).toBeUndefined();
    expect(rolling({ counts, strategy: 'None' }, 'ReplicaSet')).toBeUndefined();
  });

  it('of a StatefulSet is under way until its revision is current', () => {
    const done = { ...counts, updated: 3 };
    expect(rolling({ isRevisionCurrent: false, counts: done }, 'StatefulSet')).toBe(
      'its update revision is being rolled out',
    );
    expect(rolling({ counts: done }, 'StatefulSet')).toBeUndefined();
    expect(rolling({ isRevisionCurrent: false, counts: done })).toBeUndefined();
  });

  it('of a StatefulSet with a partition is over when the pods above it are updated', () => {
    const partitioned = { isRevisionCurrent: false, partition: 2 };
    expect(rolling({ ...partitioned, counts }, 'StatefulSet')).toBeUndefined();
    expect(rolling({ ...partitioned, counts: { ...counts, updated: 0 } }, 'StatefulSet')).toBe('1 old pods are left');
  });
});
