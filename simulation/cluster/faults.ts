import { keyOf, type PodRecord } from './records.ts';

/** What a node shows about itself while its pods run on. */
export const nodePressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;
export type NodePressure = (typeof nodePressures)[number];

/** How a fault shows in the status of a pod. */
export const podShapes = [
  'CrashLoopBackOff',
  'OOMKilled',
  'Error',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'NotReady',
  'LivenessFailed',
  'Unschedulable',
] as const;
export type PodShape = (typeof podShapes)[number];

/** How a fault shows: in a pod, in a node, in a Job. */
export type FaultShape = PodShape | NodePressure | 'Failed';

/**
 * Where a fault sits, which says what cures it: in a pod, a fresh one; in a node, another node; in a Job, another Job;
 * in a workload, what its place says, and nothing where it says nothing.
 */
export type FaultPlace =
  | { pod: string }
  /** With `untilDrained` only while a pod is on it that a drain would move. */
  | { node: string; untilDrained?: boolean }
  /** Every Job of this key and its copies; with a uid only that one. */
  | { job: string; uid?: string }
  | WorkloadPlace;

/** `namespace/Kind/name`, and which pods of it show the fault: all that fit everything that is said. */
export interface WorkloadPlace {
  workload: string;
  /** Pods of this revision or an earlier one. */
  upToRevision?: number;
  /** Pods of this template or a later one. */
  fromTemplate?: number;
  /** Pods whose containers may use less memory than this, bytes. */
  memoryBelow?: number;
  /** While the cluster has so many nodes that take pods, or fewer. */
  nodesAtMost?: number;
}

/** Something that is wrong from one moment to another. */
export interface Fault {
  shape: FaultShape;
  in: FaultPlace;
  fromMs: number;
  untilMs?: number;
  /** A pod is well for so long after its start: a leak. */
  afterMs?: number;
}

/** What a fault is judged by. `workload` is the key of the pod's top owner. */
export interface Moment {
  workload: string | undefined;
  nowMs: number;
  /** Nodes that take pods. */
  nodes: number;
}

/** True between the beginning and the end of the fault. */
export const isOn = ({ fromMs, untilMs = Number.POSITIVE_INFINITY }: Fault, nowMs: number): boolean =>
  fromMs <= nowMs && nowMs < untilMs;

/** Since when the pod shows the fault, or undefined while it does not. */
export function shownSince(record: PodRecord, fault: Fault, moment: Moment): number | undefined {
  if (!isOn(fault, moment.nowMs) || !isPlaced(record, fault.in, moment)) return undefined;
  const { base, startupMs } = record;
  const sinceMs = Math.max(fault.fromMs, base.createdAtMs + startupMs + (fault.afterMs ?? 0));
  return moment.nowMs >= sinceMs ? sinceMs : undefined;
}

function isPlaced({ base, ...record }: PodRecord, place: FaultPlace, { workload, nodes }: Moment): boolean {
  if ('pod' in place) return place.pod === base.ref.uid;
  if ('node' in place) return place.node === base.nodeName;
  if ('job' in place || place.workload !== workload) return false;
  return (
    record.revision <= (place.upToRevision ?? record.revision) &&
    record.template >= (place.fromTemplate ?? record.template) &&
    (place.memoryBelow === undefined || (record.memoryLimit ?? 0) < place.memoryBelow) &&
    nodes <= (place.nodesAtMost ?? nodes)
  );
}

/** Fills the place of a fault in a whole workload. */
export const inWorkload = (ref: Parameters<typeof keyOf>[0], upToRevision?: number): FaultPlace => ({
  workload: keyOf(ref),
  ...(upToRevision === undefined ? {} : { upToRevision }),
});
