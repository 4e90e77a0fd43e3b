import type { Pod } from '../../domain/target/pod.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { takeAway } from '../cluster/controllers.ts';
import { keyOf, type PodRecord, type WorkloadRecord } from '../cluster/records.ts';
import type { Store } from '../cluster/store.ts';
import type { Snapshot } from './snapshot.ts';

/** A fresh pod is taken to be ready after this time. */
export const startupMs = 10_000;
/** A copy of a Job is taken to have ended after this time. */
const copyTakesMs = 60_000;
/** A pod that was on its way out is taken to be gone after this time. */
const leavingMs = 30_000;
const revisionAnnotation = 'deployment.kubernetes.io/revision';

/**
 * Puts the objects into the store as they stand: each pod keeps its status, and the age of everything in it, until
 * something is done to it; workloads follow their pods.
 */
export function placeSnapshot(store: Store, snapshot: Snapshot): void {
  const { namespaces, nodes, configMaps, budgets, workloads, pods } = snapshot;
  for (const [name, { labels, annotations }] of namespaces) store.namespaces.set(name, { labels, annotations });
  for (const node of nodes) store.nodes.set(node.name, node);
  for (const [key, data] of configMaps) store.configMaps.set(key, data);
  store.budgets.push(...budgets);
  store.autoscalers.push(...snapshot.autoscalers);
  const uids = new Set(workloads.map(({ ref }) => ref.uid));
  // Nodes stand by themselves already.
  for (const workload of workloads.filter(({ ref }) => ref.kind !== 'Node')) {
    if (workload.ref.kind === 'Job') placeJob(store, workload, snapshot.atMs);
    // The ReplicaSet of a Deployment is a part of it.
    else if (workload.ref.kind !== 'ReplicaSet' || !uids.has(workload.owner?.uid ?? ''))
      placeWorkload(store, workload, snapshot);
  }
  for (const pod of pods) placePod(store, pod, snapshot.atMs);
}

/** One that has not ended does not end by itself; a copy of one that has is given the usual time. */
function placeJob(
  store: Store,
  { ref, labels, annotations, owner, desired, conditions }: Workload,
  atMs: number,
): void {
  const ended = (['Failed', 'Complete'] as const).find((type) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True'),
  );
  store.jobs.set(keyOf(ref), {
    ...{ ref, labels, annotations, completions: desired, createdAtMs: atMs, origin: keyOf(ref) },
    takesMs: ended === undefined ? Number.POSITIVE_INFINITY : copyTakesMs,
    ...(owner && { owner }),
    ...(ended && { ended }),
  });
}

function placeWorkload(store: Store, base: Workload, { workloads, pods }: Snapshot): void {
  const { uid } = base.ref;
  const sets = workloads.filter(({ owner }) => owner?.uid === uid);
  const owners = new Set([uid, ...sets.map(({ ref }) => ref.uid)]);
  const own = pods.filter(({ owner }) => owner !== undefined && owners.has(owner.uid));
  const [sample] = own;
  const record: WorkloadRecord = {
    base,
    isStill: false,
    revision: revisionOf(base),
    template: revisionOf(base),
    templates: revisionOf(base),
    // A snapshot does not say when its templates came; pods show it at least.
    templatesAtMs: new Map([
      [revisionOf(base), Math.min(...own.map(({ createdAtMs }) => createdAtMs), store.clock.nowMs)],
    ]),
    sets: new Map(sets.map((set) => [revisionOf(set), set.ref])),
    startupMs,
    observedAtMs: base.observedGeneration < base.generation ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
    images: sample?.images ?? [],
    configs: sample?.configs ?? [],
    claims: sample?.claims ?? [],
  };
  store.addWorkload(record);
}

/** As a Deployment and its ReplicaSets count it; 1 where nobody counts. */
const revisionOf = ({ annotations }: Workload): number => Number(annotations[revisionAnnotation] ?? 1) || 1;

function placePod(store: Store, base: Pod, readAtMs: number): void {
  const workload = store.workloads.get(store.topOf(base.owner) ?? '');
  const set = [...(workload?.sets ?? [])].find(([, { uid }]) => uid === base.owner?.uid);
  const revision = set?.[0] ?? (workload === undefined || isOld(store, workload) ? 0 : workload.revision);
  const record: PodRecord = { base, isStill: true, readAtMs, revision, template: revision, startupMs };
  store.addPod(record);
  if (base.isTerminating) store.clock.after(leavingMs, () => takeAway(store, record, 0));
}

/** Of a StatefulSet or DaemonSet that rolls out, the first pods are taken for the old ones. */
function isOld(store: Store, { base }: WorkloadRecord): boolean {
  if (base.isRevisionCurrent && base.ref.kind === 'StatefulSet') return false;
  return store.podsUnder(keyOf(base.ref)).length < base.counts.replicas - base.counts.updated;
}
