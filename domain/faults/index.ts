import type { Pod } from '../target/pod.ts';
import { autoscalerAtMax } from './autoscaler-at-max.ts';
import { crashLoopBackOff } from './crash-loop-back-off.ts';
import { createContainerConfigError } from './create-container-config-error.ts';
import { exitedWithError } from './exited-with-error.ts';
import type { ConditionFault, FaultClass, PodFault } from './fault-class.ts';
import { imagePullBackOff } from './image-pull-back-off.ts';
import { jobFailed } from './job-failed.ts';
import { livenessFailed } from './liveness-failed.ts';
import { memoryLeak } from './memory-leak.ts';
import { nodeDiskFull } from './node-disk-full.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { nodePressure } from './node-pressure.ts';
import { notReady } from './not-ready.ts';
import { oomKilled } from './oom-killed.ts';
import { pending } from './pending.ts';
import type { PodCondition } from './pod-fault.ts';
import { rolloutStuck } from './rollout-stuck.ts';
import { unschedulable } from './unschedulable.ts';
import { volumeNearlyFull } from './volume-nearly-full.ts';

/** Every failure class, in the order of the reference. */
export const faultClasses: readonly FaultClass[] = [
  memoryLeak,
  oomKilled,
  crashLoopBackOff,
  exitedWithError,
  notReady,
  livenessFailed,
  imagePullBackOff,
  createContainerConfigError,
  unschedulable,
  pending,
  rolloutStuck,
  jobFailed,
  volumeNearlyFull,
  autoscalerAtMax,
  nodeNotReady,
  nodePressure,
  nodeDiskFull,
];

/** Those that a `podCondition` can name; each reason of the policy schema has exactly one. */
export const podFaults: readonly PodFault[] = faultClasses.filter((fault) => fault.about === 'pod');

/** Those that show as a condition of a Deployment, a Job or a node. */
export const conditionFaults: readonly ConditionFault[] = faultClasses.filter((fault) => 'conditions' in fault);

/** A class that the watcher reports. */
export type WatchedFault = (PodFault | ConditionFault) & { toleranceMs: number };

/** Those that the watcher reports, in the order of the reference. */
export const watchedFaults: readonly WatchedFault[] = [...podFaults, ...conditionFaults].filter(
  (fault): fault is WatchedFault => fault.toleranceMs !== undefined,
);

/** The evidence in words that the live pod shows the condition, or undefined when it does not. */
export function faultShown(pod: Pod, condition: PodCondition, nowMs: number): string | undefined {
  const { reason, restartsAtLeast, within, for: forMs } = condition;
  const fault = podFaults.find(({ name }) => name === reason);
  return fault?.shows({
    ...{ pod, restartsAtLeast, nowMs },
    ...(within === undefined ? {} : { withinMs: within }),
    ...(forMs === undefined ? {} : { forMs }),
  });
}

/** Name of the alert by which the watcher reports the class: `MendflowPodOOMKilled`, `MendflowNodeNotReady`. */
export const alertnameOf = ({ about, name }: Pick<FaultClass, 'about' | 'name'>): string =>
  `Mendflow${about === 'pod' ? 'Pod' : ''}${name}`;
