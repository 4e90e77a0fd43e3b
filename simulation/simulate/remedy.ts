import { faultShown } from '../../domain/faults/index.ts';
import { podConditionReasons } from '../../domain/faults/pod-fault.ts';
import type { Pod } from '../../domain/target/pod.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { FaultShape } from '../cluster/faults.ts';
import { keyOf, type PodRecord } from '../cluster/records.ts';
import type { Store } from '../cluster/store.ts';
import type { AlertTarget } from './targets.ts';

/** What the steps do to the fault: nothing, or the first one cures it. */
export const remedies = ['fails', 'heals'] as const;
export type Remedy = (typeof remedies)[number];

/** A termination longer ago says nothing about the present. */
const recentMs = 3_600_000;

/** The fault that the pod shows; one that is well as far as Kubernetes sees will not become ready again. */
function shapeOf(pod: Pod | undefined, nowMs: number): FaultShape {
  const shown = podConditionReasons.find(
    (reason) => pod && faultShown(pod, { reason, restartsAtLeast: 0, within: recentMs }, nowMs),
  );
  // How these look, the simulation cannot show; a pod that is not ready says the same to a remedy.
  const isNotShown = shown === 'LivenessFailed' || shown === 'Unschedulable' || shown === 'Pending';
  return shown === undefined || isNotShown ? 'NotReady' : shown;
}

/** Every fresh pod of the workload shows the fault of the target again; says so. */
export function letRecur(store: Store, { workload, pods: [worst] }: AlertTarget): string {
  const { nowMs } = store.clock;
  const shape = shapeOf(worst && store.view(worst), nowMs);
  const key = keyOf(workload.base.ref);
  const isKnown = store.faults.some((fault) => 'workload' in fault.in && fault.in.workload === key);
  if (!isKnown) store.faults.push({ shape, in: { workload: key }, fromMs: nowMs });
  return `no step helps: every fresh pod of ${key} shows ${shape} again`;
}

/** Every copy of the Job fails again; says so. */
export function letJobRecur(store: Store, job: string): string {
  store.faults.push({ shape: 'Failed', in: { job }, fromMs: store.clock.nowMs });
  return `no step helps: every copy of ${job} fails again`;
}

/** Whatever is wrong with the workload and its pods is over. */
export function heal(store: Store, key: string): void {
  const workload = store.workloads.get(key);
  if (workload === undefined) return;
  workload.base = withoutTrouble(workload.base);
  for (const record of store.podsUnder(key)) makeWell(record);
}

/** What it said about its rollout and its availability was about the fault. */
function withoutTrouble({ progressFailure: _, conditions, ...base }: Workload): Workload {
  const well = conditions.map((condition) => {
    const status = condition.type === 'ReplicaFailure' ? 'False' : 'True';
    return condition.status === status ? condition : { ...condition, status, reason: '', message: '' };
  });
  return { ...base, conditions: well };
}

function makeWell(record: PodRecord): void {
  if (!record.isStill) return;
  const containers = record.base.containers.map(({ lastTermination: _, ...container }) => container);
  record.base = { ...record.base, containers };
  record.isStill = false;
}
