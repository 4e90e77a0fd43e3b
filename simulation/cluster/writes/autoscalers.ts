import type { Autoscaler, Marking } from '../../../activities/kubernetes/port.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { keyOf } from '../records.ts';
import { followLoad } from '../scaling.ts';
import type { Effects } from '../write.ts';

/** As the port says it. Where a test says what the load asks for, the workload follows it at once. */
export function setAutoscalerMax(
  { store, note }: Effects,
  read: Autoscaler,
  { max, marking }: { max: number; marking: Marking },
): void {
  const index = store.autoscalers.findIndex(({ ref }) => keyOf(ref) === keyOf(read.ref));
  const live = store.autoscalers[index];
  const label = `autoscaler ${read.ref.namespace}/${read.ref.name}`;
  if (live === undefined) throw new MendflowError('TARGET_GONE', `${label}: not found`);
  if (live.ref.uid !== read.ref.uid) throw new MendflowError('TARGET_REPLACED', `${label}: metadata.uid differs`);
  if (live.max !== read.max) throw new MendflowError('CONFLICT', `${label} was changed since it was read`);
  const { dryRun, mark } = marking;
  const workload = `${live.ref.namespace}/${live.scales.kind}/${live.scales.name}`;
  const before = store.podsUnder(workload).map((pod) => store.view(pod));
  note({ verb: 'setAutoscalerMax', object: live.ref, workload, dryRun, changed: !dryRun, before });
  if (dryRun) return;
  const annotations = { ...live.annotations, [mark.annotation]: mark.text };
  const raised = { ...live, max, annotations };
  store.autoscalers[index] = raised;
  if (live.wants !== undefined) followLoad(store, raised);
}
