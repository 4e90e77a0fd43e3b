import { type Unhelpful, unhelpfulTo } from '../faults/unhelpful.ts';
import { pressureOf } from './health.ts';
import type { Amounts, Taint } from './placement/needs.ts';
import { isLiving, isWorkDone, type Pod } from './pod.ts';
import { tellingTraits } from './traits.ts';
import type { Workload } from './workload.ts';

/** Pods of a place, and how many of them are not ready. */
export interface PodCount {
  total: number;
  unhealthy: number;
}

/** Nodes of the cluster. */
export interface NodeCount {
  total: number;
  notReady: number;
  /** Ready, but short of memory, disk space or process ids; absent: none is known to be. */
  underPressure?: number;
}

/** Nodes that are not ready or under pressure. */
export const unhealthyNodes = ({ notReady, underPressure = 0 }: NodeCount): number => notReady + underPressure;

/** A node as one live read shows it. */
export interface Node {
  name: string;
  uid: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** It takes no new pods. */
  isCordoned: boolean;
  /** Label topology.kubernetes.io/zone. */
  zone?: string;
  isReady: boolean;
  conditions: { type: string; status: string; reason: string; message: string }[];
  /** Absent: none. */
  taints?: Taint[];
  /** What its pods may take together; absent: it does not say. */
  allocatable?: Amounts;
}

/** Calls to the API server in the last minute, as we saw them ourselves. */
export interface Vitals {
  calls: number;
  p99Ms: number;
  serverErrors: number;
  /** 429 without a disruption budget behind it. */
  throttled: number;
}

/** Where the target stands, and how it is there: what budgets, correlation and the breakers are judged by. */
export interface Surroundings {
  /** Unix ms of the reads. */
  readAtMs: number;
  node?: string;
  zone?: string;
  /** The kubelet of the pod's node does not answer. */
  isNodeSilent?: true;
  /** The application that the workload is part of: its label app.kubernetes.io/part-of. */
  owner?: string;
  workload: PodCount;
  namespace: PodCount;
  /** Pods of the namespace in the target's zone, and on its node. */
  inZone?: PodCount;
  onNode?: PodCount;
  /** Workloads of the namespace that have pods. */
  workloads: number;
  nodes: NodeCount;
  vitals: Vitals;
  /** What the target may have in common with others: `node/n1`, `image/registry/app:1.2`, `config/shop/settings`, `zone/a`. */
  traits: string[];
  /** For each of the traits the share of all other workloads that have it, in percent. Empty: too few to count; absent: counts as 0. */
  shares?: number[];
  /** What never helps against what the target's pod shows; absent where nothing is known to be useless. */
  unhelpful?: Unhelpful[];
  /** Somebody's rollout is under way, in words. */
  rollout?: string;
}

export const partOfLabel = 'app.kubernetes.io/part-of';
/** What was read together, seconds ago at most. */
export interface Scene {
  workload?: Workload;
  pod?: Pod;
  /** Pods of the workload, where they were listed. */
  pods?: readonly Pod[];
  /** All pods of the namespace. */
  neighbours: readonly Pod[];
  nodes: readonly Node[];
  vitals: Vitals;
  readAtMs: number;
}

/** The surroundings that a scene shows. */
export function surroundingsOf(scene: Scene): Surroundings {
  const { workload, pod, neighbours, nodes, vitals, readAtMs } = scene;
  const living = neighbours.filter(isCounted);
  const zoneOf = new Map(nodes.map(({ name, zone }) => [name, zone]));
  const silent = silentNodeOf(scene);
  const node = workload?.ref.kind === 'Node' ? workload.ref.name : (pod?.nodeName ?? silent);
  const zone = node === undefined ? undefined : zoneOf.get(node);
  const owner = workload?.labels[partOfLabel];
  const rollout = workload && rolloutOf(workload);
  const unhelpful = pod === undefined ? [] : unhelpfulTo(pod, readAtMs, neighbours);
  return {
    readAtMs,
    ...(silent === undefined ? {} : { isNodeSilent: true as const }),
    ...(node === undefined ? {} : { node, onNode: countOf(living.filter(({ nodeName }) => nodeName === node)) }),
    ...(zone === undefined
      ? {}
      : { zone, inZone: countOf(living.filter((other) => zoneOf.get(other.nodeName ?? '') === zone)) }),
    ...(owner === undefined ? {} : { owner }),
    workload: workloadCount(workload),
    namespace: countOf(living),
    workloads: new Set(living.flatMap(({ owner: controller }) => controller?.uid ?? [])).size,
    nodes: nodeCount(nodes),
    vitals,
    ...traitsIn(pod, living, nodes),
    ...(unhelpful.length === 0 ? {} : { unhelpful }),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

/** Its kubelet has not been heard for so long that Kubernetes does not know how the node is. */
export const isSilent = ({ conditions }: Pick<Node, 'conditions'>): boolean =>
  conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown');

/**
 * The silent node that the target is on. A workload of which no pod is meant is on one where all its pods that are not
 * ready are on silent nodes: then it waits for them, and the first of them is meant.
 */
function silentNodeOf({ workload, pod, pods = [], nodes }: Scene): string | undefined {
  if (workload?.ref.kind === 'Node') return undefined;
  const silent = new Set(nodes.filter(isSilent).map(({ name }) => name));
  const missing = pod === undefined ? pods.filter(({ isReady }) => !isReady) : [pod];
  const names = missing.map(({ nodeName = '' }) => nodeName).sort();
  return names.every((name) => silent.has(name)) ? names[0] : undefined;
}

const isCounted = (pod: Pod) => isLiving(pod) && !isWorkDone(pod);

const countOf = (pods: readonly Pod[]): PodCount => ({
  total: pods.length,
  unhealthy: pods.filter(({ isReady }) => !isReady).length,
});

function nodeCount(nodes: readonly Node[]): NodeCount {
  const underPressure = nodes.filter(({ isReady, conditions }) => isReady && pressureOf(conditions) !== undefined);
  return {
    total: nodes.length,
    notReady: nodes.filter(({ isReady }) => !isReady).length,
    ...(underPressure.length === 0 ? {} : { underPressure: underPressure.length }),
  };
}

function workloadCount(workload: Workload | undefined): PodCount {
  if (workload === undefined) return { total: 0, unhealthy: 0 };
  const { desired, counts } = workload;
  return { total: desired, unhealthy: Math.max(0, desired - counts.ready) };
}

/** A change of its template that is still being rolled out; pods that crash do not make a rollout. */
function rolloutOf({ generation, observedGeneration, counts, desired, partition, ...workload }: Workload) {
  if (workload.progressFailure !== undefined || workload.strategy === 'OnDelete') return undefined;
  if (observedGeneration < generation) return 'its controller has not seen the latest change yet';
  if (workload.ref.kind === 'ReplicaSet') return undefined;
  if (workload.ref.kind === 'StatefulSet' && !workload.isRevisionCurrent && partition === 0) {
    return 'its update revision is being rolled out';
  }
  // Below the partition, pods keep the old revision for good.
  const old = counts.replicas - counts.updated - partition;
  return old > 0 ? `${old} old pods are left` : undefined;
}

function traitsIn(pod: Pod | undefined, living: readonly Pod[], nodes: readonly Node[]) {
  const telling = pod === undefined ? [] : tellingTraits(pod, living, nodes);
  const shares = telling.flatMap(({ share }) => (share === undefined ? [] : [Math.round(share * 100)]));
  return { traits: telling.map(({ trait }) => trait), shares };
}
