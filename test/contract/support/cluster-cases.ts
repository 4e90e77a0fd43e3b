import { expect, it } from '@jest/globals';
import { type Cluster, restartAnnotation } from '../../../activities/kubernetes/port.ts';
import type { Node } from '../../../domain/target/cluster-context.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import { type WorkloadKind, workloadKinds } from '../../../domain/target/target.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { codeOf } from './code-of.ts';

/** A cluster to try the port on, with namespace `shop` and four nodes; every workload of it has three pods, or one a node. */
export interface Bench {
  cluster: Cluster;
  /** Puts a workload there and waits until all its pods are ready. */
  ready(kind: WorkloadKind, app: string): Promise<void>;
  /** Puts a pod there that has the labels of the app and no owner. */
  stray(app: string): Promise<void>;
  /** Puts a disruption budget there that lets no pod of the app go. */
  budget(name: string, app: string): Promise<void>;
  /** Puts a Job there that failed, or that did its work. */
  job(name: string, outcome: 'Failed' | 'Complete'): Promise<void>;
  /** Puts an autoscaler of one to three pods there, for the Deployment of the same name. */
  autoscaler(app: string): Promise<void>;
  /** Throws when the condition does not hold in time. */
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
}

const namespace = 'shop';
const anotherUid = '00000000-0000-4000-8000-ffffffffffff';
const evict = { gracePeriodSeconds: 1, dryRun: false };

/** What the port promises of reads and writes, whatever cluster is behind it. */
export function portCases(bench: () => Bench): void {
  const workloadOf = async (kind: WorkloadKind, app: string): Promise<Workload> => {
    const found = await bench().cluster.getWorkload(kind, namespace, app);
    if (found === undefined) throw new Error(`no ${kind} ${app}`);
    return found;
  };
  const podsOf = async (app: string) => bench().cluster.listPodsOf(await workloadOf('Deployment', app));
  const firstPod = async (app: string): Promise<Pod> => {
    const [pod] = await podsOf(app);
    if (pod === undefined) throw new Error(`no pod of ${app}`);
    return pod;
  };
  reads({ bench, workloadOf, firstPod });
  subjects(bench);
  evictions({ bench, podsOf, firstPod });
  restarts({ bench, workloadOf });
}

interface Tools {
  bench: () => Bench;
  workloadOf(kind: WorkloadKind, app: string): Promise<Workload>;
  podsOf(app: string): Promise<Pod[]>;
  firstPod(app: string): Promise<Pod>;
}

function reads({ bench, workloadOf, firstPod }: Omit<Tools, 'podsOf'>): void {
  it('finds a namespace with its labels, and nothing where there is nothing', async () => {
    const { cluster, ready } = bench();
    await ready('Deployment', 'there');
    const labels = expect.objectContaining({ 'kubernetes.io/metadata.name': namespace });
    expect(await cluster.getNamespace(namespace)).toEqual(expect.objectContaining({ labels }));
    expect(await cluster.getNamespace('nowhere')).toBe(undefined);
    expect(await cluster.getPod(namespace, 'nothing-here')).toBe(undefined);
    expect(await cluster.getWorkload('Deployment', namespace, 'nothing-here')).toBe(undefined);
    expect(await cluster.getConfigMap(namespace, 'nothing-here')).toBe(undefined);
  });

  it.each(workloadKinds)('finds a %s, healthy, with exactly its own pods', async (kind) => {
    const app = `read-${kind.toLowerCase()}`;
    await bench().ready(kind, app);
    const pods = await bench().cluster.listPodsOf(await workloadOf(kind, app));
    expect(pods).toHaveLength(kind === 'DaemonSet' ? 4 : 3);
    expect(pods.every(({ ref, isReady }) => isReady && ref.name.startsWith(app))).toBe(true);
  });

  it('finds the ReplicaSet between a Deployment and its pods', async () => {
    await bench().ready('Deployment', 'between');
    const { owner } = await firstPod('between');
    const set = await workloadOf('ReplicaSet', owner?.name ?? '');
    expect(set).toMatchObject({ ref: { uid: owner?.uid }, owner: { kind: 'Deployment', name: 'between' }, desired: 3 });
    expect(await bench().cluster.listPodsOf(set)).toHaveLength(3);
  });

  it('does not count a pod that only the selector matches', async () => {
    const { cluster, ready, stray } = bench();
    await ready('Deployment', 'mixed');
    await stray('mixed');
    const all = await cluster.listPods(namespace);
    expect(all.filter(({ labels }) => labels.app === 'mixed')).toHaveLength(4);
    expect(await cluster.listPodsOf(await workloadOf('Deployment', 'mixed'))).toHaveLength(3);
  });

  it('does not find the pods of a workload of the same name before it', async () => {
    await bench().ready('ReplicaSet', 'reborn');
    const workload = await workloadOf('ReplicaSet', 'reborn');
    const earlier = { ...workload, ref: { ...workload.ref, uid: anotherUid } };
    expect(await bench().cluster.listPodsOf(earlier)).toEqual([]);
  });

  it('finds the nodes that the pods run on', async () => {
    await bench().ready('Deployment', 'placed');
    const names = (await bench().cluster.listNodes()).map(({ name }) => name);
    expect(names).toHaveLength(4);
    expect(names).toContain((await firstPod('placed')).nodeName);
  });

  it('keeps our events on the object, once for each key', async () => {
    const { cluster, ready } = bench();
    await ready('Deployment', 'told');
    const { ref } = await workloadOf('Deployment', 'told');
    const event = { regarding: ref, reason: 'RemediationStarted', type: 'Normal' as const, note: 'n', key: 'k' };
    await cluster.recordEvent({ ...event, atMs: Date.now() });
    await cluster.recordEvent({ ...event, atMs: Date.now() + 5_000 });
    const lines = await cluster.listEvents(ref);
    expect(lines.filter(({ reason }) => reason === 'RemediationStarted')).toEqual([
      { atMs: expect.any(Number), reason: 'RemediationStarted', note: 'n', count: 1 },
    ]);
    const pod = await firstPod('told');
    await cluster.recordEvent({ ...event, regarding: pod.ref, atMs: Date.now() });
    expect((await cluster.listEvents(pod.ref)).map(({ reason }) => reason)).toContain('RemediationStarted');
  });
}

/** What a run can be about beside workloads. */
function subjects(bench: () => Bench): void {
  it.each(['Failed', 'Complete'] as const)('finds a Job with its condition %s', async (outcome) => {
    const name = `job-${outcome.toLowerCase()}`;
    const { cluster, job } = bench();
    await job(name, outcome);
    const found = await cluster.getWorkload('Job', namespace, name);
    expect(found).toMatchObject({
      ref: { kind: 'Job', namespace, name },
      desired: 1,
      counts: { ready: outcome === 'Complete' ? 1 : 0 },
      conditions: expect.arrayContaining([expect.objectContaining({ type: outcome, status: 'True' })]),
    });
    expect(found?.progressFailure === undefined).toBe(outcome === 'Complete');
    expect(await cluster.getWorkload('Job', namespace, 'nothing-here')).toBe(undefined);
  });

  it('finds a node by its name as a workload of one, which owns no pods', async () => {
    const { cluster, ready } = bench();
    await ready('Deployment', 'upon');
    const [{ name, uid }] = (await cluster.listNodes()) as [Node];
    const node = await cluster.getWorkload('Node', '', name);
    expect(node).toMatchObject({ ref: { kind: 'Node', namespace: '', name, uid }, desired: 1, counts: { ready: 1 } });
    expect(await cluster.listPodsOf(node as Workload)).toEqual([]);
    expect(await cluster.getWorkload('Node', '', 'nothing-here')).toBe(undefined);
  });

  it('keeps our events on a node and on a Job, once for each key', async () => {
    const { cluster, job } = bench();
    await job('told-job', 'Failed');
    const [{ name }] = (await cluster.listNodes()) as [Node];
    const objects = [
      await cluster.getWorkload('Node', '', name),
      await cluster.getWorkload('Job', namespace, 'told-job'),
    ];
    for (const object of objects) {
      const { ref } = object as Workload;
      const event = { regarding: ref, reason: 'RemediationStarted', type: 'Normal' as const, note: 'n', key: 'k' };
      await cluster.recordEvent({ ...event, atMs: Date.now() });
      await cluster.recordEvent({ ...event, atMs: Date.now() });
      const ours = (await cluster.listEvents(ref)).filter(({ reason }) => reason === 'RemediationStarted');
      expect(ours).toHaveLength(1);
    }
  });

  it('finds the autoscaler of a workload by name and by what it scales', async () => {
    const { cluster, ready, autoscaler } = bench();
    await ready('Deployment', 'scaled');
    await autoscaler('scaled');
    const wanted = { min: 1, max: 3, scales: { kind: 'Deployment', name: 'scaled' } };
    expect(await cluster.getAutoscaler(namespace, 'scaled')).toMatchObject(wanted);
    const ref = { kind: 'Deployment', namespace, name: 'scaled', uid: '' };
    expect(await cluster.listAutoscalersOf(ref)).toMatchObject([wanted]);
    expect(await cluster.listAutoscalersOf({ ...ref, kind: 'StatefulSet' })).toEqual([]);
    expect(await cluster.getAutoscaler(namespace, 'nothing-here')).toBe(undefined);
  });

  it('finds no vertical autoscaler where the cluster has no such kind', async () => {
    const ref = { kind: 'Deployment', namespace, name: 'scaled', uid: '' };
    expect(await bench().cluster.listVerticalAutoscalersOf(ref)).toEqual([]);
  });
}

function evictions({ bench, podsOf, firstPod }: Omit<Tools, 'workloadOf'>): void {
  it('evicts a pod, and a fresh one takes its place', async () => {
    const { cluster, ready, until } = bench();
    await ready('Deployment', 'fresh');
    const { ref } = await firstPod('fresh');
    await cluster.evictPod(ref, evict);
    await until('three ready pods without the evicted one', async () => {
      const pods = await podsOf('fresh');
      return pods.length === 3 && pods.every((pod) => pod.isReady && pod.ref.uid !== ref.uid);
    });
    expect(await codeOf(cluster.evictPod(ref, evict))).toBe('TARGET_GONE');
  });

  it('evicts nothing in a dry run, and no pod with another uid', async () => {
    const { cluster, ready } = bench();
    await ready('Deployment', 'stays');
    const { ref } = await firstPod('stays');
    await cluster.evictPod(ref, { ...evict, dryRun: true });
    const code = await codeOf(cluster.evictPod({ ...ref, uid: anotherUid }, evict));
    // A real API server may try again for longer than our deadline before it says so.
    expect(['TARGET_REPLACED', 'CLUSTER_UNAVAILABLE']).toContain(code);
    const [first] = (await podsOf('stays')).filter((pod) => pod.ref.uid === ref.uid);
    expect(first?.isTerminating).toBe(false);
  }, 30_000);

  it('is refused by a disruption budget, and by two for good', async () => {
    const { cluster, ready, budget } = bench();
    await ready('Deployment', 'guarded');
    const { ref } = await firstPod('guarded');
    await budget('guarded-1', 'guarded');
    expect(await codeOf(cluster.evictPod(ref, evict))).toBe('EVICTION_BLOCKED');
    expect(await codeOf(cluster.evictPod(ref, { ...evict, dryRun: true }))).toBe('EVICTION_BLOCKED');
    await budget('guarded-2', 'guarded');
    expect(await codeOf(cluster.evictPod(ref, evict))).toBe('BUDGETS_CONFLICT');
  });
}

function restarts({ bench, workloadOf }: Pick<Tools, 'bench' | 'workloadOf'>): void {
  const restart = { token: 'run-1.0', atMs: 0, dryRun: false };
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

  it.each(kinds)(
    'replaces all pods of a %s once for the same token',
    async (kind) => {
      const { cluster, ready, until } = bench();
      const app = `restart-${kind.toLowerCase()}`;
      await ready(kind, app);
      const before = await workloadOf(kind, app);
      const old = new Set((await cluster.listPodsOf(before)).map(({ ref }) => ref.uid));
      await cluster.restartWorkload(before.ref, restart);
      await until('all pods are new and ready', async () => {
        const workload = await workloadOf(kind, app);
        const pods = await cluster.listPodsOf(workload);
        const isDone = pods.length === old.size && pods.every(({ isReady, ref }) => isReady && !old.has(ref.uid));
        return isDone && workload.counts.updated === old.size && workload.isRevisionCurrent;
      });
      const after = await workloadOf(kind, app);
      expect(after.templateAnnotations[restartAnnotation]).toBe(restart.token);
      await cluster.restartWorkload(after.ref, restart);
      expect((await workloadOf(kind, app)).generation).toBe(after.generation);
    },
    60_000,
  );

  it('restarts nothing in a dry run, and nothing that is gone or another object', async () => {
    const { cluster, ready } = bench();
    await ready('Deployment', 'same');
    const { ref, generation } = await workloadOf('Deployment', 'same');
    await cluster.restartWorkload(ref, { ...restart, dryRun: true });
    expect(await codeOf(cluster.restartWorkload({ ...ref, uid: anotherUid }, restart))).toBe('TARGET_REPLACED');
    expect(await codeOf(cluster.restartWorkload({ ...ref, name: 'nothing-here' }, restart))).toBe('TARGET_GONE');
    expect((await workloadOf('Deployment', 'same')).generation).toBe(generation);
  });
}
