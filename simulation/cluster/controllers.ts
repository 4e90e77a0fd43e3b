import type { Pod } from '../../domain/target/pod.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import { keyOf, type PodRecord, type WorkloadRecord } from './records.ts';
import type { Store } from './store.ts';

/** A controller sees a change after so long. */
const observeMs = 20;
/** A pod that is told to stop is gone after so long, or after its grace period when that is shorter. */
const stopMs = 1_000;

/** Takes a pod away: it terminates, is gone, and its controller puts another one in its place. */
export function takeAway(store: Store, record: PodRecord, gracePeriodSeconds: number): void {
  if (record.goneAtMs !== undefined) return;
  const { clock } = store;
  const { ref, owner } = record.base;
  const workload = store.workloads.get(store.topOf(owner) ?? '');
  record.goneAtMs = clock.nowMs + Math.min(stopMs, gracePeriodSeconds * 1_000);
  const replacesAtOnce = workload !== undefined && !keepsNames(workload);
  if (replacesAtOnce) clock.after(observeMs, () => fill(store, workload));
  clock.at(record.goneAtMs, () => {
    store.removePod(ref);
    return workload === undefined ? false : fill(store, workload);
  });
}

const keepsNames = ({ base }: WorkloadRecord) => base.ref.kind === 'StatefulSet' || base.ref.kind === 'DaemonSet';

/** Makes the pods that the workload lacks. */
export function fill(store: Store, workload: WorkloadRecord): false {
  const { base } = workload;
  const pods = store.podsUnder(keyOf(base.ref));
  const counted = keepsNames(workload) ? pods : pods.filter(({ goneAtMs }) => goneAtMs === undefined);
  for (let missing = base.desired - counted.length; missing > 0; missing--) addPod(store, workload);
  return false;
}

/** One more pod from the present template; of a StatefulSet under the first name that is free. */
export function addPod(store: Store, workload: WorkloadRecord, { ageMs = 0 } = {}): PodRecord {
  const { base, revision, template, memoryLimit, startupMs, images, configs, claims } = workload;
  const { namespace, uid, name: ownerName, kind: ownerKind } = base.ref;
  const set = setOf(store, workload);
  const owner = set ?? { kind: ownerKind, name: ownerName, uid };
  const name = nameFor(store, workload, owner.name);
  const nodeName = nodeFor(store, workload);
  const pod: Pod = {
    ref: { kind: 'Pod', namespace, name, uid: store.names.uid() },
    labels: { app: ownerName, ...base.labels },
    owner: { apiVersion: 'apps/v1', kind: owner.kind, name: owner.name, uid: owner.uid },
    isMirror: false,
    graceSeconds: 30,
    isTerminating: false,
    phase: 'Running',
    isReady: true,
    conditions: [],
    createdAtMs: store.clock.nowMs - ageMs,
    ...(nodeName === undefined ? {} : { nodeName }),
    images: [...images],
    configs: [...configs],
    claims: [...claims],
    containers: [{ name: 'app', isInit: false, isReady: true, restarts: 0 }],
  };
  const record: PodRecord = {
    ...{ base: pod, isStill: false, revision, template, startupMs },
    ...(memoryLimit !== undefined && { memoryLimit }),
  };
  store.addPod(record);
  return record;
}

/** The ReplicaSet of the present revision, made where there is none; only Deployments have one. */
function setOf(store: Store, { base, revision, sets }: WorkloadRecord): ObjectRef | undefined {
  const { kind, namespace, name } = base.ref;
  if (kind !== 'Deployment') return undefined;
  const known = sets.get(revision);
  if (known !== undefined) return known;
  const set = { kind: 'ReplicaSet', namespace, name: `${name}-${store.names.suffix()}`, uid: store.names.uid() };
  sets.set(revision, set);
  store.own(set.uid, keyOf(base.ref));
  return set;
}

function nameFor(store: Store, { base }: WorkloadRecord, prefix: string): string {
  if (base.ref.kind !== 'StatefulSet') return `${prefix}-${store.names.suffix()}`;
  for (let ordinal = 0; ; ordinal++) {
    const name = `${prefix}-${ordinal}`;
    if (store.pod(base.ref.namespace, name) === undefined) return name;
  }
}

/** The node with the fewest pods of the workload, first by name; of a DaemonSet the one that has none. */
function nodeFor(store: Store, { base }: WorkloadRecord): string | undefined {
  const family = store.podsUnder(keyOf(base.ref));
  let best: { name: string; pods: number } | undefined;
  for (const node of store.nodes.values()) {
    const { name } = node;
    const pods = family.filter((pod) => pod.base.nodeName === name).length;
    const isBetter = best === undefined || pods < best.pods || (pods === best.pods && name < best.name);
    if (isBetter && !node.isCordoned && store.viewNode(node).isReady) best = { name, pods };
  }
  return best?.name;
}

/** Begins to replace all pods by pods of a new revision: of the same template, unless another one is named. */
export function startRollout(store: Store, workload: WorkloadRecord, template = workload.template): void {
  const { nowMs } = store.clock;
  workload.revision += 1;
  workload.template = template;
  if (!workload.templatesAtMs.has(template)) workload.templatesAtMs.set(template, nowMs);
  workload.templates = Math.max(workload.templates, template);
  workload.base = { ...workload.base, generation: workload.base.generation + 1 };
  workload.rolloutAtMs = nowMs;
  workload.observedAtMs = nowMs + observeMs;
  const { revision } = workload;
  store.clock.after(observeMs, () => rollOn(store, workload, revision));
}

/**
 * One step of a rollout: while all new pods are ready, the next old one is replaced, those that are not ready first. A
 * Deployment starts a new pod before it stops an old one. It goes on until no old pod is left, or another begins.
 */
function rollOn(store: Store, workload: WorkloadRecord, revision: number): false {
  const { base } = workload;
  if (workload.revision !== revision || base.strategy === 'OnDelete' || base.strategy === 'None') return false;
  const pods = store.podsUnder(keyOf(base.ref)).filter(({ goneAtMs }) => goneAtMs === undefined);
  const old = pods.filter((pod) => pod.revision < revision);
  if (old.length === 0) return false;
  const isWaiting = pods.some((pod) => pod.revision === revision && !store.view(pod).isReady);
  if (!isWaiting) {
    const isUnready = (pod: PodRecord) => Number(store.view(pod).isReady);
    const [next] = old.sort((a, b) => isUnready(a) - isUnready(b));
    if (!keepsNames(workload) && pods.length <= base.desired) addPod(store, workload);
    else if (next !== undefined) takeAway(store, next, 30);
  }
  store.clock.after(isWaiting ? patienceMs(store, workload) : workload.startupMs + observeMs, () =>
    rollOn(store, workload, revision),
  );
  return false;
}

/** A rollout that waits for its pods looks again soon, and ever less often while nothing happens. */
function patienceMs({ clock }: Store, { rolloutAtMs = 0 }: WorkloadRecord): number {
  return Math.min(60_000, Math.max(1_000, (clock.nowMs - rolloutAtMs) / 4));
}
