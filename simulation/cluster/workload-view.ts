import type { Pod } from '../../domain/target/pod.ts';
import { formatQuantity } from '../../domain/target/quantity.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { TemplateContainer, Workload } from '../../domain/target/workload.ts';
import type { WorkloadRecord } from './records.ts';

/** A rollout that makes no progress for so long has given up. */
const progressDeadlineMs = 600_000;

interface Member {
  pod: Pod;
  revision: number;
}

/** The workload as a read at that moment shows it; `members` are all its pods. */
export function viewWorkload(record: WorkloadRecord, members: readonly Member[], nowMs: number): Workload {
  const { base, isStill, revision, rolloutAtMs, observedAtMs } = record;
  if (isStill) return base;
  const living = members.filter(({ pod }) => !pod.isTerminating);
  const updated = living.filter((member) => member.revision === revision);
  const ready = living.filter(({ pod }) => pod.isReady).length;
  const isDone = updated.length >= base.desired && updated.length === living.length;
  const isStuck = rolloutAtMs !== undefined && nowMs - rolloutAtMs > progressDeadlineMs;
  const hasFailed = base.ref.kind === 'Deployment' && isStuck && !(isDone && ready >= base.desired);
  return {
    ...base,
    containers: containersOf(record),
    // What was read of a real one stays as it was.
    ...(base.ref.kind === 'Deployment' &&
      base.conditions.length === 0 && { conditions: conditionsOf({ desired: base.desired, ready, hasFailed }) }),
    observedGeneration: nowMs >= observedAtMs ? base.generation : base.generation - 1,
    counts: { replicas: living.length, updated: updated.length, ready, available: ready },
    isRevisionCurrent: updated.length === living.length,
    ...(hasFailed ? { progressFailure: `${base.ref.kind} "${base.ref.name}" exceeded its progress deadline` } : {}),
  };
}

/** Available as the Deployment controller counts it with its usual bounds: a quarter may be away. */
function conditionsOf({ desired, ready, hasFailed }: { desired: number; ready: number; hasFailed: boolean }) {
  const isAvailable = ready >= desired - Math.floor(desired / 4);
  const why = isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  const progress = hasFailed ? 'ProgressDeadlineExceeded' : 'NewReplicaSetAvailable';
  return [
    { type: 'Available', status: isAvailable ? 'True' : 'False', reason: why, message: '' },
    { type: 'Progressing', status: hasFailed ? 'False' : 'True', reason: progress, message: '' },
  ];
}

function containersOf({ images, memoryLimit }: WorkloadRecord): TemplateContainer[] {
  const memory = memoryLimit === undefined ? {} : { memoryLimit: formatQuantity(memoryLimit) };
  return [{ name: 'app', image: images[0] ?? '', ...memory }];
}

/** The ReplicaSet of one revision of a Deployment. */
export function viewReplicaSet(
  { base, revision: current }: WorkloadRecord,
  { ref, revision, members }: { ref: ObjectRef; revision: number; members: readonly Member[] },
): Workload {
  const living = members.filter((member) => member.revision === revision && !member.pod.isTerminating);
  const ready = living.filter(({ pod }) => pod.isReady).length;
  const { kind, name, uid } = base.ref;
  return {
    ...base,
    ref,
    owner: { apiVersion: 'apps/v1', kind, name, uid },
    desired: revision === current ? base.desired : living.length,
    isPaused: false,
    strategy: 'None',
    generation: 1,
    observedGeneration: 1,
    counts: { replicas: living.length, updated: living.length, ready, available: ready },
    isRevisionCurrent: true,
  };
}
