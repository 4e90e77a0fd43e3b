import type { Pod } from './pod.ts';
import type { Workload } from './workload.ts';

/** How a workload stands at one moment; `why` is in words. `failed` means that its rollout gave up. */
export type WorkloadHealth =
  | { kind: 'healthy' }
  | { kind: 'progressing'; why: string }
  | { kind: 'failed'; why: string };

type Rule = (workload: Workload) => string | undefined;

const observed: Rule = ({ generation, observedGeneration }) =>
  observedGeneration < generation ? 'its controller has not seen the latest change yet' : undefined;

const allUpdated: Rule = ({ counts, desired, partition }) =>
  counts.updated < desired - partition ? `${counts.updated} of ${desired - partition} pods are updated` : undefined;

const noneOutdated: Rule = ({ counts }) =>
  counts.replicas > counts.updated ? `${counts.replicas - counts.updated} old pods are left` : undefined;

const allReady: Rule = ({ counts, desired }) =>
  counts.ready < desired ? `${counts.ready} of ${desired} pods are ready` : undefined;

const allAvailable: Rule = ({ counts, desired }) =>
  counts.available < desired ? `${counts.available} of ${desired} pods are available` : undefined;

const revisionCurrent: Rule = ({ isRevisionCurrent, partition }) =>
  !isRevisionCurrent && partition === 0 ? 'its update revision is not rolled out yet' : undefined;

const complete: Rule = ({ conditions, counts, desired }) =>
  shows(conditions, 'Complete') ? undefined : `${counts.ready} of ${desired} completions are reached`;

const nodeReady: Rule = ({ conditions }) => {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? undefined : `it is not Ready${ready?.reason ? ` (${ready.reason})` : ''}`;
};

const noPressure: Rule = ({ conditions }) => {
  const pressed = conditions.find(({ type, status }) => type.endsWith('Pressure') && status === 'True');
  return pressed && `it shows ${pressed.type}`;
};

const shows = (conditions: Workload['conditions'], wanted: string) =>
  conditions.some(({ type, status }) => type === wanted && status === 'True');

/** Those that stand for themselves, and how a person says that they are well. */
const withoutPods: Record<string, string> = { Job: 'the Job is complete', Node: 'the node is Ready without pressure' };

/** What is true of a workload that is healthy, for a person. */
export const healthyInWords = ({ ref, desired }: Workload): string =>
  withoutPods[ref.kind] ?? `all ${desired} pods of the workload are ready`;

/** What `kubectl rollout status` waits for, by kind; an OnDelete workload has no rollout to wait for. */
const rules: Record<string, readonly Rule[]> = {
  Deployment: [observed, allUpdated, noneOutdated, allAvailable, allReady],
  StatefulSet: [observed, allReady, allUpdated, revisionCurrent],
  DaemonSet: [observed, allUpdated, allAvailable],
  ReplicaSet: [observed, allAvailable, allReady],
  Job: [complete],
  Node: [nodeReady, noPressure],
  OnDelete: [observed, allReady],
};

/**
 * Judges a workload as `kubectl rollout status` does, and its pods beside it, because the workload's own counts may lag
 * behind an eviction: as many pods as it wants must exist and be Ready. `pods` are all of its pods; those that
 * terminate are on their way out and do not count.
 */
export function healthOf(workload: Workload, pods: readonly Pod[]): WorkloadHealth {
  if (workload.progressFailure !== undefined) return { kind: 'failed', why: workload.progressFailure };
  const kind = workload.strategy === 'OnDelete' ? 'OnDelete' : workload.ref.kind;
  for (const rule of rules[kind] ?? []) {
    const why = rule(workload);
    if (why !== undefined) return { kind: 'progressing', why };
  }
  if (workload.ref.kind in withoutPods) return { kind: 'healthy' };
  const living = pods.filter((pod) => !pod.isTerminating && pod.phase !== 'Succeeded' && pod.phase !== 'Failed');
  if (living.length < workload.desired) {
    return { kind: 'progressing', why: `${living.length} of ${workload.desired} pods exist` };
  }
  const unready = living.filter((pod) => !pod.isReady).map((pod) => pod.ref.name);
  if (unready.length > 0) return { kind: 'progressing', why: `not ready: ${unready.slice(0, 5).join(', ')}` };
  return { kind: 'healthy' };
}
