import type { Container, Pod } from '../target/pod.ts';

/** Failure classes that a `podCondition` can ask for. */
export const podConditionReasons = [
  'OOMKilled',
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'Error',
  'NotReady',
  'LivenessFailed',
  'Unschedulable',
  'Pending',
] as const;
export type PodConditionReason = (typeof podConditionReasons)[number];

/** What a policy's `podCondition` asks for. */
export interface PodCondition {
  reason: PodConditionReason;
  restartsAtLeast: number;
  /** How recent the last termination must be, ms. */
  within?: number | undefined;
  /** How long the pod must have shown it, ms; for classes whose status says since when. */
  for?: number | undefined;
}

/** What is asked of one container (or the pod, for classes that are about the pod). */
export interface Question {
  pod: Pod;
  restartsAtLeast: number;
  /** Absent: a termination of any age counts. */
  withinMs?: number;
  /** How long it must have lasted; absent: as long as the class wants by itself. */
  forMs?: number;
  nowMs: number;
}

/** A termination longer ago says little about the present; where a class must choose, it chooses this. */
export const recentMs = 600_000;

/** The first container for which `words` finds evidence; init containers are asked too. */
export function firstContainer(
  { pod, restartsAtLeast }: Question,
  words: (container: Container) => string | undefined,
): string | undefined {
  for (const container of pod.containers) {
    if (container.restarts < restartsAtLeast) continue;
    const found = words(container);
    if (found !== undefined) return `container ${container.name} ${found}, ${container.restarts} restarts`;
  }
  return undefined;
}

/** True when the moment lies within the time asked for. */
export function isRecent(atMs: number, { withinMs, nowMs }: Question): boolean {
  return withinMs === undefined || nowMs - atMs <= withinMs;
}

/** The terminations a status remembers: the present one and the last one. */
export function terminations(container: Container) {
  const present = container.state?.kind === 'terminated' ? [container.state] : [];
  return container.lastTermination ? [...present, container.lastTermination] : present;
}
