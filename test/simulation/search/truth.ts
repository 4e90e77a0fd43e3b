import { podEvidence } from '../../../domain/policy/check-answers.ts';
import type { Check } from '../../../domain/policy/policy.ts';
import type { PodCount } from '../../../domain/target/cluster-context.ts';
import { shownSince } from '../../../simulation/cluster/faults.ts';
import type { PodRecord } from '../../../simulation/cluster/records.ts';
import type { Store } from '../../../simulation/cluster/store.ts';
import type { Write } from '../../../simulation/cluster/write.ts';

/** How the cluster really was when a write reached it; "so long" is the time that whoever decided may have been behind. */
export interface Truth {
  /** Pods of these places, and those that were unready for so long. */
  workload: PodCount;
  namespace: PodCount;
  zone?: PodCount;
  zoneName?: string;
  /** Other pods of the workload that were ready at some time of it. */
  othersReady: number;
  /** The pod was faulty, as the policy's checks see it, at some time of it. */
  wasFaulty: boolean;
  namespaceName: string;
  ownerKind: string;
  isOut: boolean;
  /** Somebody else's rollout was under way all the time. */
  isRollingOut: boolean;
  /** Nodes that were not ready for so long. */
  nodesDown: number;
  nodes: number;
}

/** Looks at the cluster as it is right before the write takes effect; `sinceMs` is the moment of the decision. */
export function lookAround(
  store: Store,
  { object, workload: key, atMs }: Write,
  { sinceMs, checks, wentOut }: { sinceMs: number; checks: readonly Check[]; wentOut: ReadonlyMap<string, number> },
): Truth {
  const living = [...store.pods].filter(({ goneAtMs }) => goneAtMs === undefined);
  const unreadyFor = (record: PodRecord) => (unreadySince(store, record) ?? Number.POSITIVE_INFINITY) <= sinceMs;
  const count = (records: readonly PodRecord[]): PodCount => ({
    total: records.length,
    unhealthy: records.filter(unreadyFor).length,
  });
  const family = store.podsUnder(key).filter(({ goneAtMs }) => goneAtMs === undefined);
  const pod = object.kind === 'Pod' ? store.pod(object.namespace, object.name) : undefined;
  const zoneOf = ({ base }: PodRecord) => store.nodes.get(base.nodeName ?? '')?.zone;
  const zone = pod && zoneOf(pod);
  const inNamespace = living.filter(({ base }) => base.ref.namespace === object.namespace);
  const suspects = pod === undefined ? store.podsUnder(key) : [pod];
  const record = store.workloads.get(key);
  return {
    workload: ofWorkload(count(family), record?.base.desired ?? 0),
    namespace: count(inNamespace),
    ...(zone === undefined
      ? {}
      : { zoneName: zone, zone: count(inNamespace.filter((other) => zoneOf(other) === zone)) }),
    othersReady: family.filter((other) => other !== pod && !unreadyFor(other)).length,
    wasFaulty: suspects.some((suspect) => wasFaulty(store, suspect, { checks, sinceMs, atMs })),
    namespaceName: object.namespace,
    ownerKind: record?.base.ref.kind ?? 'none',
    isOut: (wentOut.get(key) ?? Number.POSITIVE_INFINITY) <= sinceMs,
    isRollingOut: isRollingOut(store, key, sinceMs),
    nodesDown: [...store.nodes.keys()].filter((name) => nodeDownSince(store, name) <= sinceMs).length,
    nodes: store.nodes.size,
  };
}

/** More pods than it wants, as in a rollout, do not make it ill. */
const ofWorkload = ({ total, unhealthy }: PodCount, desired: number): PodCount => ({
  total: Math.max(total, desired),
  unhealthy: Math.max(0, Math.min(total, desired) - (total - unhealthy)),
});

/** Since when the pod is not ready; undefined while it is. */
function unreadySince(store: Store, record: PodRecord): number | undefined {
  const { nowMs } = store.clock;
  const workload = store.topOf(record.base.owner);
  const shown = store.faults
    .map((fault) => shownSince(record, fault, { workload, nowMs, nodes: store.nodes.size }))
    .filter((since) => since !== undefined);
  if (shown.length > 0) return Math.min(...shown);
  return nowMs < record.base.createdAtMs + record.startupMs ? record.base.createdAtMs : undefined;
}

/** Looked at as often as a fault could have ended in between. */
function wasFaulty(
  store: Store,
  record: PodRecord,
  { checks, sinceMs, atMs }: { checks: readonly Check[]; sinceMs: number; atMs: number },
): boolean {
  if (podEvidence(store.view(record), checks, atMs) !== undefined) return true;
  const key = store.topOf(record.base.owner);
  return store.faults.some((fault) => {
    const { untilMs = Number.POSITIVE_INFINITY } = fault;
    return (
      untilMs > sinceMs &&
      untilMs <= atMs &&
      shownSince(record, fault, { workload: key, nowMs: untilMs - 1, nodes: store.nodes.size }) !== undefined
    );
  });
}

function isRollingOut(store: Store, key: string, sinceMs: number): boolean {
  const record = store.workloads.get(key);
  if (record?.rolloutAtMs === undefined || record.rolloutAtMs > sinceMs) return false;
  const workload = store.viewWorkload(key);
  return (
    workload !== undefined &&
    workload.progressFailure === undefined &&
    workload.counts.replicas > workload.counts.updated
  );
}

function nodeDownSince(store: Store, name: string): number {
  const { nowMs } = store.clock;
  const down = store.faults.filter(
    ({ shape, in: place, fromMs, untilMs = Number.POSITIVE_INFINITY }) =>
      shape === 'NotReady' && 'node' in place && place.node === name && fromMs <= nowMs && nowMs < untilMs,
  );
  return Math.min(...down.map(({ fromMs }) => fromMs));
}

/** Since when each workload is well, all its pods ready and old enough; those that are not are left out. */
export function wellSince(store: Store): Record<string, number> {
  const { nowMs } = store.clock;
  const found: Record<string, number> = {};
  for (const key of store.workloads.keys()) {
    const pods = store.podsUnder(key).filter(({ goneAtMs }) => goneAtMs === undefined);
    if (pods.length === 0 || pods.some((pod) => unreadySince(store, pod) !== undefined)) continue;
    const births = pods.map(({ base, startupMs }) => base.createdAtMs + startupMs);
    // A fault that ended anywhere may have been one of this workload.
    const ends = store.faults.map(({ untilMs }) => untilMs ?? 0).filter((ms) => ms <= nowMs);
    found[key] = Math.max(...births, ...ends);
  }
  return found;
}
