import type { Marking, Revision, WorkloadChange } from '../../../activities/kubernetes/port.ts';
import { touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { parseQuantity } from '../../../domain/target/quantity.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { fill, startRollout, takeAway } from '../controllers.ts';
import { keyOf, type WorkloadRecord } from '../records.ts';
import type { Store } from '../store.ts';
import type { Effects } from '../write.ts';
import { workloadToChange } from './workloads.ts';

/** Every template that the workload ever had; the present one counts as the newest, as after a rollback. */
export function revisionsOf(store: Store, ref: ObjectRef): Revision[] {
  const record = store.workloads.get(keyOf(ref));
  if (record === undefined || ref.kind === 'ReplicaSet') return [];
  const pods = store.podsUnder(keyOf(ref));
  const revisions = Array.from({ length: record.templates }, (_, index): Revision => {
    const template = index + 1;
    const isCurrent = template === record.template;
    const available = pods.filter((pod) => pod.template === template && store.view(pod).isReady).length;
    const number = isCurrent ? record.templates + 1 : template;
    const name = `${ref.name}-${template}`;
    const createdAtMs = record.templatesAtMs.get(template) ?? 0;
    return { name, number, isCurrent, createdAtMs, available, images: [...record.images], content: name, template };
  });
  return revisions.sort((one, other) => other.number - one.number);
}

/** As the port says it. */
export function changeWorkload(
  { store, note }: Effects,
  { ref, generation }: Workload,
  { change, marking }: { change: WorkloadChange; marking: Marking },
): void {
  const record = workloadToChange(store, ref, 'change');
  if (record.base.generation !== generation) {
    throw new MendflowError('CONFLICT', `${ref.kind} ${ref.namespace}/${ref.name} was changed since it was read`);
  }
  const before = store.podsUnder(keyOf(ref)).map((pod) => store.view(pod));
  const { dryRun, token, mark } = marking;
  note({ verb: 'changeWorkload', object: ref, workload: keyOf(ref), dryRun, changed: !dryRun, before });
  if (dryRun) return;
  const annotations = { ...record.base.annotations, [touchAnnotation]: token, [mark.annotation]: mark.text };
  record.base = { ...record.base, annotations };
  takeEffect(store, record, change);
}

function takeEffect(store: Store, record: WorkloadRecord, change: WorkloadChange): void {
  switch (change.kind) {
    case 'replicas':
      scaleTo(store, record, change.to);
      break;
    case 'template':
      startRollout(store, record, Number(change.to.template));
      break;
    case 'memory': {
      const bytes = parseQuantity(change.to.limit);
      if (bytes !== undefined) record.memoryLimit = bytes;
      startRollout(store, record, record.templates + 1);
      break;
    }
    case 'none':
      break;
    default:
      change satisfies never;
  }
}

function scaleTo(store: Store, record: WorkloadRecord, desired: number): void {
  record.base = { ...record.base, desired, generation: record.base.generation + 1 };
  record.observedAtMs = store.clock.nowMs;
  const living = store.podsUnder(keyOf(record.base.ref)).filter(({ goneAtMs }) => goneAtMs === undefined);
  for (const pod of living.slice(desired)) takeAway(store, pod, 30);
  fill(store, record);
}
