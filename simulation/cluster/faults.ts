import type { Node } from '../../domain/surroundings.ts';
import { keyOf, type PodRecord } from './records.ts';

/** How a fault shows in the status of a pod. */
export type FaultShape =
  | 'CrashLoopBackOff'
  | 'OOMKilled'
  | 'Error'
  | 'ImagePullBackOff'
  | 'CreateContainerConfigError'
  | 'NotReady';

/**
 * Where a fault sits, which says what cures it: in a pod, a fresh one; in a node, another node; in the template, nothing
 * but another template, or a rollout where it sits in what the pods of a revision hold in common.
 */
export type FaultPlace =
  | { pod: string }
  | { node: string }
  /** `namespace/Kind/name`; with a revision only pods of that one or an earlier one show it. */
  | { workload: string; upToRevision?: number };

/** Something that is wrong from one moment to another. */
export interface Fault {
  shape: FaultShape;
  in: FaultPlace;
  fromMs: number;
  untilMs?: number;
  /** A pod is well for so long after its start: a leak. */
  afterMs?: number;
}

/** Since when the pod shows the fault, or undefined while it does not. `workload` is the key of its top owner. */
export function shownSince(
  { base, startupMs, revision }: PodRecord,
  fault: Fault,
  { workload, nowMs }: { workload: string | undefined; nowMs: number },
): number | undefined {
  const { fromMs, untilMs = Number.POSITIVE_INFINITY, afterMs = 0 } = fault;
  if (nowMs < fromMs || nowMs >= untilMs) return undefined;
  const place = fault.in;
  if ('pod' in place && place.pod !== base.ref.uid) return undefined;
  if ('node' in place && place.node !== base.nodeName) return undefined;
  if ('workload' in place && (place.workload !== workload || revision > (place.upToRevision ?? revision)))
    return undefined;
  const sinceMs = Math.max(fromMs, base.createdAtMs + startupMs + afterMs);
  return nowMs >= sinceMs ? sinceMs : undefined;
}

/** A node as it is while nothing is wrong with it. */
export function wellNode(name: string, zone?: string): Node {
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }];
  const base = { name, uid: `uid-of-${name}`, labels: {}, annotations: {}, isCordoned: false };
  return { ...base, ...(zone === undefined ? {} : { zone }), isReady: true, conditions };
}

/** The key of the object that a fault in a whole workload names. */
export const inWorkload = (ref: Parameters<typeof keyOf>[0], upToRevision?: number): FaultPlace => ({
  workload: keyOf(ref),
  ...(upToRevision === undefined ? {} : { upToRevision }),
});
