import { describe, expect, it } from '@jest/globals';
import { surroundingsOf } from '../../../domain/target/cluster-context.ts';
import { healthOf } from '../../../domain/target/health.ts';
import { SimulatedCluster } from '../../../simulation/cluster/simulated-cluster.ts';
import { placeSnapshot } from '../../../simulation/simulate/place-snapshot.ts';
import { readSnapshot } from '../../../simulation/simulate/snapshot.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';

const at = Date.parse('2026-03-02T10:00:00Z');
const labels = { app: 'web' };
const owner = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }];

const pod = (name: string, ownerReferences: object[], isReady = true) => ({
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: name, labels, ownerReferences, creationTimestamp: '2026-03-02T09:00:00Z' },
  spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'web:2' }] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
    containerStatuses: [
      { name: 'app', ready: isReady, restartCount: 0, state: { running: { startedAt: '2026-03-02T09:00:01Z' } } },
    ],
  },
});

const workload = (
  kind: string,
  name: string,
  status: object,
  more: { revision?: string; ownerReferences?: object[]; spec?: object } = {},
) => ({
  kind,
  metadata: {
    ...{ name, namespace: 'shop', uid: name, labels, generation: 1 },
    ...(more.revision && { annotations: { 'deployment.kubernetes.io/revision': more.revision } }),
    ...(more.ownerReferences && { ownerReferences: more.ownerReferences }),
  },
  spec: { replicas: 2, selector: { matchLabels: labels }, ...more.spec },
  status: { observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2, ...status },
});

/** A simulated cluster with these objects. */
function placed(...items: object[]) {
  const clock = new Clock(at);
  const cluster = new SimulatedCluster(clock);
  placeSnapshot(cluster.store, readSnapshot('a', JSON.stringify({ items }), at));
  return { cluster, clock };
}

const rolloutOf = async (cluster: SimulatedCluster, kind: 'Deployment' | 'StatefulSet' | 'DaemonSet') => {
  const found = await cluster.getWorkload(kind, 'shop', 'web');
  if (found === undefined) throw new Error('there is no workload');
  const pods = await cluster.listPodsOf(found);
  const scene = { workload: found, neighbours: pods, nodes: [], vitals: cluster.vitals(), readAtMs: at };
  return { rollout: surroundingsOf(scene).rollout, health: healthOf(found, pods).kind, counts: found.counts };
};

describe('objects of a snapshot in the simulated cluster', () => {
  it('are a Deployment as healthy as it was, its pods found through their ReplicaSet', async () => {
    const { cluster } = placed(
      workload('Deployment', 'web', {}, { revision: '3' }),
      workload('ReplicaSet', 'web-3', {}, { revision: '3', ownerReferences: owner('Deployment', 'web') }),
      pod('web-3-a', owner('ReplicaSet', 'web-3')),
      pod('web-3-b', owner('ReplicaSet', 'web-3')),
    );
    expect(await rolloutOf(cluster, 'Deployment')).toEqual({
      rollout: undefined,
      health: 'healthy',
      counts: { replicas: 2, updated: 2, ready: 2, available: 2 },
    });
    expect(await cluster.getWorkload('ReplicaSet', 'shop', 'web-3')).toMatchObject({ owner: { uid: 'web' } });
  });

  it('are a Deployment in the middle of its rollout', async () => {
    const { cluster } = placed(
      workload('Deployment', 'web', {}, { revision: '3' }),
      workload('ReplicaSet', 'web-2', {}, { revision: '2', ownerReferences: owner('Deployment', 'web') }),
      workload('ReplicaSet', 'web-3', {}, { revision: '3', ownerReferences: owner('Deployment', 'web') }),
      pod('web-2-a', owner('ReplicaSet', 'web-2')),
      pod('web-3-b', owner('ReplicaSet', 'web-3')),
    );
    expect(await rolloutOf(cluster, 'Deployment')).toMatchObject({
      rollout: '1 old pods are left',
      health: 'progressing',
    });
  });

  it.each([
    [
      'a StatefulSet',
      'StatefulSet' as const,
      { updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
      'its update revision is being rolled out',
    ],
    [
      'a DaemonSet',
      'DaemonSet' as const,
      {
        desiredNumberScheduled: 2,
        currentNumberScheduled: 2,
        updatedNumberScheduled: 1,
        numberReady: 2,
        numberAvailable: 2,
      },
      '1 old pods are left',
    ],
  ])('are %s in the middle of its rollout', async (_, kind, status, said) => {
    const pods = [pod('web-0', owner(kind, 'web')), pod('web-1', owner(kind, 'web'))];
    const { cluster } = placed(workload(kind, 'web', status), ...pods);
    const { rollout, counts } = await rolloutOf(cluster, kind);
    expect(counts.updated).toBe(1);
    expect(rollout).toBe(said);
  });

  it('are a ReplicaSet of its own where a stranger owns it', async () => {
    const rollout = [
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: 'rollout', controller: true },
    ];
    const { cluster } = placed(
      workload('ReplicaSet', 'web-1', {}, { ownerReferences: rollout }),
      pod('web-1-a', owner('ReplicaSet', 'web-1')),
    );
    expect(await cluster.getWorkload('ReplicaSet', 'shop', 'web-1')).toMatchObject({ owner: { kind: 'Rollout' } });
  });

  it('are pods that nobody owns', async () => {
    const { cluster } = placed(pod('bare', []));
    expect(await cluster.getPod('shop', 'bare')).toMatchObject({ ref: { uid: 'bare' }, isReady: true });
  });

  it('keep their age, and change as soon as something is done to them', async () => {
    const { cluster, clock } = placed(
      workload('StatefulSet', 'web', {}),
      pod('web-0', owner('StatefulSet', 'web'), false),
      pod('web-1', owner('StatefulSet', 'web')),
    );
    await clock.runUntil(at + 3_600_000);
    const found = await cluster.getPod('shop', 'web-0');
    expect(clock.nowMs - (found?.createdAtMs ?? 0)).toBe(3_600_000);
    expect(found?.containers[0]?.state).toEqual({ kind: 'running', startedAtMs: at + 1_000 });
    await cluster.evictPod(
      { kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'web-0' },
      { gracePeriodSeconds: 30, dryRun: false },
    );
    await clock.runUntil(clock.nowMs + 60_000);
    expect(await cluster.getPod('shop', 'web-0')).toMatchObject({ isReady: true, images: ['web:2'] });
    expect((await rolloutOf(cluster, 'StatefulSet')).health).toBe('healthy');
  });
});
