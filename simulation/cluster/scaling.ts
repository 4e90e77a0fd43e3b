import { fill, takeAway } from './controllers.ts';
import { type AutoscalerRecord, keyOf, type WorkloadRecord } from './records.ts';
import type { Store } from './store.ts';

/** Sets how many pods the workload wants; missing ones start, the youngest of too many go. */
export function scaleTo(store: Store, workload: WorkloadRecord, replicas: number): void {
  workload.base = { ...workload.base, desired: replicas, generation: workload.base.generation + 1 };
  workload.observedAtMs = store.clock.nowMs;
  fill(store, workload);
  const living = store.podsUnder(keyOf(workload.base.ref)).filter(({ goneAtMs }) => goneAtMs === undefined);
  for (const pod of living.slice(replicas)) takeAway(store, pod, 30);
}

/** Scales the autoscaler's workload to what its load asks for, as far as its bounds let it. */
export function followLoad(store: Store, autoscaler: AutoscalerRecord): void {
  const { kind, name } = autoscaler.scales;
  const workload = store.workloads.get(keyOf({ kind, namespace: autoscaler.ref.namespace, name, uid: '' }));
  if (workload === undefined) return;
  const wanted = autoscaler.wants ?? workload.base.desired;
  const replicas = Math.min(autoscaler.max, Math.max(autoscaler.min, wanted));
  if (replicas !== workload.base.desired) scaleTo(store, workload, replicas);
  autoscaler.current = replicas;
  autoscaler.desired = replicas;
  const isLimited = wanted > autoscaler.max;
  const how = isLimited
    ? { status: 'True', reason: 'TooManyReplicas' }
    : { status: 'False', reason: 'DesiredWithinRange' };
  autoscaler.conditions = [{ type: 'ScalingLimited', ...how, message: '' }];
}
