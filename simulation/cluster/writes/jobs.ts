import type { JobCopy, Marking, Task, TaskOutcome } from '../../../activities/kubernetes/port.ts';
import { copyOfAnnotation, touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError, replacedError } from '../../../domain/run/errors.ts';
import { firstNameOf } from '../../../domain/target/job-copies.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { type JobRecord, viewJob } from '../jobs.ts';
import { keyOf } from '../records.ts';
import type { Store } from '../store.ts';
import type { Effects } from '../write.ts';

/** A task that a test says nothing of does its work in so long. */
const taskTakesMs = 5_000;

/** The Job of this name and token, or nothing. Throws NOT_APPLICABLE when the name is somebody else's. */
function madeBefore(store: Store, ref: ObjectRef, token: string): JobRecord | undefined {
  const known = store.jobs.get(keyOf(ref));
  if (known === undefined || known.annotations[touchAnnotation] === token) return known;
  throw new MendflowError('NOT_APPLICABLE', `there is another Job ${ref.namespace}/${ref.name} already`);
}

/** The Job with exactly this uid. Throws TARGET_GONE and TARGET_REPLACED. */
function jobToChange(store: Store, ref: ObjectRef): JobRecord {
  const job = store.jobs.get(keyOf(ref));
  if (job === undefined) throw new MendflowError('TARGET_GONE', `Job ${ref.namespace}/${ref.name}: not found`);
  if (job.ref.uid !== ref.uid) throw replacedError(`Job ${ref.name}`);
  return job;
}

/** As the port says it. */
export function copyJob(
  { store, note }: Effects,
  ref: ObjectRef,
  { name, token, first, annotations, dryRun }: JobCopy,
): ObjectRef {
  const source = jobToChange(store, ref);
  const known = madeBefore(store, { ...ref, name }, token);
  const changed = known === undefined && !dryRun;
  note({ verb: 'copyJob', object: ref, workload: keyOf(ref), dryRun, changed, before: [] });
  if (known !== undefined) return known.ref;
  const { ended: _, ...rest } = source;
  const copy: JobRecord = {
    ...rest,
    ref: { ...ref, name, uid: store.names.uid(), workOf: first },
    labels: { ...source.labels, [copyOfAnnotation]: first },
    annotations: { ...source.annotations, ...annotations, [touchAnnotation]: token },
    createdAtMs: store.clock.nowMs,
  };
  if (!dryRun) store.jobs.set(keyOf(copy.ref), copy);
  return copy.ref;
}

/** As the port says it. */
export function copiesOf(store: Store, job: Workload): Workload[] {
  const first = firstNameOf(job);
  return [...store.jobs.values()]
    .filter(({ ref, labels }) => ref.namespace === job.ref.namespace && labels[copyOfAnnotation] === first)
    .filter(({ ref }) => ref.uid !== job.ref.uid)
    .map((record) => viewJob(record, store.faults, store.clock.nowMs));
}

/** As the port says it. */
export function markJob({ store, note }: Effects, { ref }: Workload, { token, mark, dryRun }: Marking): void {
  const live = jobToChange(store, ref);
  note({ verb: 'markJob', object: ref, workload: keyOf(ref), dryRun, changed: !dryRun, isNote: true, before: [] });
  const annotations = { ...live.annotations, [touchAnnotation]: token, [mark.annotation]: mark.text };
  if (!dryRun) store.jobs.set(keyOf(ref), { ...live, annotations });
}

/** As the port says it. */
export function deleteJob({ store, note }: Effects, ref: ObjectRef, { dryRun }: { dryRun: boolean }): void {
  const isThere = store.jobs.get(keyOf(ref))?.ref.uid === ref.uid;
  note({ verb: 'deleteJob', object: ref, workload: keyOf(ref), dryRun, changed: isThere && !dryRun, before: [] });
  if (isThere && !dryRun) store.jobs.delete(keyOf(ref));
}

/** As the port says it; a fault in the Job of the task's name makes it fail. */
export function startTask({ store, note }: Effects, { namespace, name, token, dryRun }: Task): boolean {
  const ref = { kind: 'Job', namespace, name, uid: '' };
  const isNew = madeBefore(store, ref, token) === undefined;
  note({ verb: 'startTask', object: ref, workload: keyOf(ref), dryRun, changed: isNew && !dryRun, before: [] });
  if (!isNew || dryRun) return isNew;
  store.jobs.set(keyOf(ref), {
    ref: { ...ref, uid: store.names.uid() },
    labels: {},
    annotations: { [touchAnnotation]: token },
    completions: 1,
    createdAtMs: store.clock.nowMs,
    takesMs: taskTakesMs,
    origin: keyOf(ref),
  });
  return true;
}

/** As the port says it. */
export function taskOutcome(store: Store, namespace: string, name: string): TaskOutcome | undefined {
  const record = store.jobs.get(keyOf({ kind: 'Job', namespace, name, uid: '' }));
  if (record === undefined) return undefined;
  const { conditions, progressFailure } = viewJob(record, store.faults, store.clock.nowMs);
  if (conditions.length === 0) return { state: 'running', message: '' };
  if (progressFailure === undefined) return { state: 'succeeded', exitCode: 0, message: '' };
  return { state: 'failed', exitCode: 1, message: progressFailure };
}
