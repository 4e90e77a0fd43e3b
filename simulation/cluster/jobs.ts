import type { OwnerRef } from '../../domain/target/pod.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { Fault } from './faults.ts';
import { keyOf } from './records.ts';

/** A Job as the simulated cluster keeps it. It has no pods: what they came to is what counts. */
export interface JobRecord {
  ref: ObjectRef;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  owner?: OwnerRef;
  completions: number;
  createdAtMs: number;
  /** From its creation until it is complete, or has given up. */
  takesMs: number;
  /** Key of the Job that this one is a copy of, or its own. */
  origin: string;
  /** It has ended so, whatever comes after. */
  ended?: 'Complete' | 'Failed';
}

/** The Job as a read at that moment shows it; how it ended is settled by the first read after its end. */
export function viewJob(record: JobRecord, faults: readonly Fault[], nowMs: number): Workload {
  const { ref, labels, annotations, owner, completions, createdAtMs, takesMs } = record;
  const endsAtMs = createdAtMs + takesMs;
  if (nowMs >= endsAtMs) record.ended ??= fails(record, faults, { endsAtMs, nowMs }) ? 'Failed' : 'Complete';
  const { ended } = record;
  const done = ended === 'Complete' ? completions : 0;
  const message = 'Job has reached the specified backoff limit';
  const how = ended === 'Failed' ? { reason: 'BackoffLimitExceeded', message } : { reason: '', message: '' };
  return {
    ref,
    labels,
    annotations,
    ...(owner && { owner }),
    podSelector: `batch.kubernetes.io/controller-uid=${ref.uid}`,
    desired: completions,
    isPaused: false,
    strategy: 'None',
    partition: 0,
    generation: 0,
    observedGeneration: 0,
    counts: { replicas: done, updated: done, ready: done, available: done },
    isRevisionCurrent: true,
    ...(ended === 'Failed' && { progressFailure: message }),
    conditions: ended === undefined ? [] : [{ type: ended, status: 'True', ...how }],
    templateAnnotations: {},
  };
}

function fails(
  { ref, origin }: JobRecord,
  faults: readonly Fault[],
  { endsAtMs, nowMs }: { endsAtMs: number; nowMs: number },
): boolean {
  return faults.some(
    ({ in: place, fromMs, untilMs = Number.POSITIVE_INFINITY }) =>
      'job' in place &&
      (place.job === keyOf(ref) || place.job === origin) &&
      (place.uid ?? ref.uid) === ref.uid &&
      fromMs <= nowMs &&
      endsAtMs < untilMs,
  );
}
