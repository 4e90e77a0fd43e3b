import { restartAnnotation } from '../../../activities/kubernetes/port.ts';
import { touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import { startRollout } from '../controllers.ts';
import { keyOf, type WorkloadRecord } from '../records.ts';
import type { Store } from '../store.ts';
import type { Effects } from '../write.ts';

/** The workload with exactly this uid; `verb` stands in the message. Throws TARGET_GONE and TARGET_REPLACED. */
export function workloadToChange(store: Store, ref: ObjectRef, verb: string): WorkloadRecord {
  const record = store.workloads.get(keyOf(ref));
  const label = `${verb} ${ref.kind} ${ref.namespace}/${ref.name}`;
  if (record === undefined) throw new MendflowError('TARGET_GONE', `${label}: not found`);
  if (record.base.ref.uid !== ref.uid) throw new MendflowError('TARGET_REPLACED', `${label}: metadata.uid differs`);
  return record;
}

/** As the port says it. */
export function restartWorkload(
  { store, note }: Effects,
  ref: ObjectRef,
  { token, dryRun }: { token: string; dryRun: boolean },
): void {
  const record = workloadToChange(store, ref, 'restart');
  const key = keyOf(ref);
  const isRepeat = record.base.templateAnnotations[restartAnnotation] === token;
  const before = store.podsUnder(key).map((pod) => store.view(pod));
  const changed = !dryRun && !isRepeat;
  note({ verb: 'restartWorkload', object: ref, workload: key, dryRun, changed, before });
  if (!changed) return;
  const { templateAnnotations, annotations } = record.base;
  record.base = {
    ...record.base,
    annotations: { ...annotations, [touchAnnotation]: token },
    templateAnnotations: { ...templateAnnotations, [restartAnnotation]: token },
  };
  startRollout(store, record);
}
