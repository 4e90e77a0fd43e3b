import type { Cluster, PodCall } from '../../../activities/kubernetes/port.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { parseQuantity } from '../../../domain/target/quantity.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import { takeAway } from '../controllers.ts';
import { heedBudgets, podToEvict } from '../evictions.ts';
import { keyOf } from '../records.ts';
import type { Effects } from '../write.ts';

/** As the port says it. */
export function evictPod(
  { store, note }: Effects,
  ref: ObjectRef,
  { gracePeriodSeconds, dryRun }: { gracePeriodSeconds?: number | undefined; dryRun: boolean },
): void {
  const record = podToEvict(store, ref);
  heedBudgets(store, record);
  const before = [store.view(record)];
  const changed = !dryRun && before.every(({ isTerminating }) => !isTerminating);
  const workload = store.topOf(record.base.owner) ?? keyOf(ref);
  note({ verb: 'evictPod', object: ref, workload, dryRun, changed, before });
  if (!dryRun) takeAway(store, record, gracePeriodSeconds ?? record.base.graceSeconds);
}

/** As the port says it: the pod takes every call, and does each key once; what is ill stays ill. */
export function callPod({ store, note }: Effects, ref: ObjectRef, { key }: PodCall): boolean {
  const record = podToEvict(store, ref);
  const keys = record.calls ?? new Set<string>();
  const isNew = !keys.has(key);
  const workload = store.topOf(record.base.owner) ?? keyOf(ref);
  note({ verb: 'callPod', object: ref, workload, dryRun: false, changed: isNew, before: [store.view(record)] });
  record.calls = keys.add(key);
  return isNew;
}

/** As the port says it: no disruption budget is asked. */
export function deletePod(
  { store, note }: Effects,
  ref: ObjectRef,
  { gracePeriodSeconds, dryRun }: { gracePeriodSeconds?: number | undefined; dryRun: boolean },
): void {
  const record = podToEvict(store, ref);
  const before = [store.view(record)];
  const changed = !dryRun && before.every(({ isTerminating }) => !isTerminating);
  const workload = store.topOf(record.base.owner) ?? keyOf(ref);
  note({ verb: 'deletePod', object: ref, workload, dryRun, changed, before });
  if (!dryRun) takeAway(store, record, gracePeriodSeconds ?? record.base.graceSeconds);
}

/** As the port says it; the containers of a pod here are alike. */
export function resizePod(
  { store, note }: Effects,
  ref: ObjectRef,
  { to, dryRun }: Parameters<Cluster['resizePod']>[1],
): void {
  const record = podToEvict(store, ref);
  const bytes = parseQuantity(to.limit);
  if (bytes === undefined) throw new MendflowError('NOT_APPLICABLE', `${to.limit} is not a quantity`);
  const before = [store.view(record)];
  const workload = store.topOf(record.base.owner) ?? keyOf(ref);
  note({ verb: 'resizePod', object: ref, workload, dryRun, changed: !dryRun, before });
  if (!dryRun) record.memoryLimit = bytes;
}
