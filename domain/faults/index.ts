import type { Pod } from '../pod.ts';
import { crashLoopBackOff } from './crash-loop-back-off.ts';
import { createContainerConfigError } from './create-container-config-error.ts';
import { exitedWithError } from './exited-with-error.ts';
import type { FaultClass, PodCondition } from './fault-class.ts';
import { imagePullBackOff } from './image-pull-back-off.ts';
import { notReady } from './not-ready.ts';
import { oomKilled } from './oom-killed.ts';

/** Every failure class that a `podCondition` can name; each reason of the policy schema has exactly one. */
export const faultClasses: readonly FaultClass[] = [
  oomKilled,
  crashLoopBackOff,
  imagePullBackOff,
  createContainerConfigError,
  exitedWithError,
  notReady,
];

/** The evidence in words that the live pod shows the condition, or undefined when it does not. */
export function faultShown(pod: Pod, condition: PodCondition, nowMs: number): string | undefined {
  const { reason, restartsAtLeast, within } = condition;
  const fault = faultClasses.find((known) => known.reason === reason);
  return fault?.shows({ pod, restartsAtLeast, nowMs, ...(within === undefined ? {} : { withinMs: within }) });
}

/** What people should know about a failure class before they approve a restart. */
export function adviceFor(reason: PodCondition['reason']): string | undefined {
  return faultClasses.find((known) => known.reason === reason)?.advice;
}
