import { describe, expect, it } from '@jest/globals';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import { SimulatedCluster } from '../../../simulation/cluster/simulated-cluster.ts';
import { addAutoscaler, addJob } from '../../../simulation/policy-test/fixtures.ts';
import { captureSnapshot, type SnapshotReader } from '../../../simulation/simulate/capture-snapshot.ts';
import { placeSnapshot } from '../../../simulation/simulate/place-snapshot.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';

const noGaps = { labels: undefined, annotations: undefined, cronJob: undefined };

/** A cluster with a Deployment in each of two namespaces, and what was asked of it. */
function aCluster() {
  const cluster = new SimulatedCluster(new Clock(0));
  for (const name of ['n1', 'n2']) cluster.store.addNode(name, 'a');
  const shop = deploy(cluster.store, { namespace: 'shop', name: 'checkout' });
  deploy(cluster.store, { namespace: 'bank', name: 'ledger', kind: 'StatefulSet' });
  cluster.store.configMaps.set('ops/pause', { paused: '' });
  const asked: string[] = [];
  const reader = new Proxy(cluster, {
    get: (target, name) => {
      const call = target[name as keyof SimulatedCluster] as unknown;
      if (typeof call !== 'function') return call;
      return (...args: unknown[]) => {
        asked.push(
          `${String(name)} ${args.map((arg) => (typeof arg === 'string' ? arg : (arg as { name: string }).name)).join('/')}`.trim(),
        );
        return (call as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  }) as SnapshotReader;
  return { reader, asked, store: cluster.store, pod: shop.pods[0]?.base.ref.name ?? '' };
}

describe('a photograph of a live cluster', () => {
  it('holds the namespace that an alert names, its pods and their owners, and all nodes', async () => {
    const { reader, pod } = aCluster();
    const snapshot = await captureSnapshot(reader, { alerts: [{ namespace: 'shop', pod }], atMs: 5 });
    expect([...snapshot.namespaces.keys()]).toEqual(['shop']);
    expect(snapshot.pods).toHaveLength(3);
    expect(snapshot.nodes).toHaveLength(2);
    expect(snapshot.workloads.map(({ ref }) => ref.kind)).toEqual(['ReplicaSet', 'Deployment']);
    expect(snapshot).toMatchObject({ atMs: 5, unseen: ['PodDisruptionBudgets (no permission to read them)'] });
  });

  it('reads each object once, and writes nothing', async () => {
    const { reader, asked, pod } = aCluster();
    const alerts = [
      { namespace: 'shop', pod },
      { namespace: 'shop', deployment: 'checkout' },
      { namespace: 'bank', statefulset: 'ledger' },
    ];
    await captureSnapshot(reader, { alerts, atMs: 0, configMap: { namespace: 'ops', name: 'pause' } });
    expect(asked.filter((call, index) => asked.indexOf(call) !== index)).toEqual([]);
    expect(new Set(asked.map((call) => call.split(' ')[0]))).toEqual(
      new Set(['listNodes', 'getNamespace', 'getConfigMap', 'listPods', 'getWorkload', 'listAutoscalersOf']),
    );
  });

  it('holds the ConfigMap that can pause, where the configuration names one', async () => {
    const { reader, pod } = aCluster();
    const view = { alerts: [{ namespace: 'shop', pod }], atMs: 0 };
    const { configMaps } = await captureSnapshot(reader, { ...view, configMap: { namespace: 'ops', name: 'pause' } });
    expect(configMaps.get('ops/pause')).toEqual({ paused: '' });
    expect(
      (await captureSnapshot(reader, { ...view, configMap: { namespace: 'ops', name: 'x' } })).configMaps.size,
    ).toBe(0);
  });

  it('holds the Job, the node and the autoscaled workload that alerts name', async () => {
    const { reader, store } = aCluster();
    addJob(store, { ...{ namespace: 'shop', name: 'import', completions: 1, takes: 1_000, age: 0 }, ...noGaps });
    addAutoscaler(store, {
      ...{ name: 'checkout', min: 1, max: 3 },
      scales: { namespace: 'shop', workload: 'checkout' },
    });
    const alerts = [
      { namespace: 'shop', job_name: 'import' },
      { node: 'n1' },
      { namespace: 'shop', horizontalpodautoscaler: 'checkout' },
    ];
    const snapshot = await captureSnapshot(reader, { alerts, atMs: 0 });
    expect(new Set(snapshot.workloads.map(({ ref }) => ref.kind))).toEqual(
      new Set(['ReplicaSet', 'Deployment', 'Job', 'Node']),
    );
    expect(snapshot.autoscalers).toMatchObject([{ ref: { name: 'checkout' }, max: 3 }]);
    const again = new SimulatedCluster(new Clock(0));
    placeSnapshot(again.store, snapshot);
    expect(await again.getWorkload('Job', 'shop', 'import')).toMatchObject({ desired: 1, conditions: [] });
    expect(await again.getWorkload('Node', '', 'n1')).toMatchObject({ counts: { ready: 1 } });
    expect(await again.getAutoscaler('shop', 'checkout')).toMatchObject({ max: 3 });
  });

  it('is of nothing but nodes when the labels name nothing', async () => {
    const { reader } = aCluster();
    const snapshot = await captureSnapshot(reader, { alerts: [{ alertname: 'A' }], atMs: 0 });
    expect([snapshot.namespaces.size, snapshot.pods.length, snapshot.nodes.length]).toEqual([0, 0, 2]);
  });
});
