import type { Container, Pod } from '../pod.ts';

/** Reasons of container states that a `podCondition` can ask for; each is one failure class. */
export const podConditionReasons = [
  'OOMKilled',
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'Error',
  'NotReady',
] as const;

/** What a policy's `podCondition` asks for. */
export interface PodCondition {
  reason: (typeof podConditionReasons)[number];
  restartsAtLeast: number;
  /** How recent the last termination must be, ms. */
  within?: number | undefined;
}

/** What is asked of one container (or the pod, for classes that are about the pod). */
export interface Question {
  pod: Pod;
  restartsAtLeast: number;
  /** Absent: a termination of any age counts. */
  withinMs?: number;
  nowMs: number;
}

/** One failure class: how it shows in a pod's status, and whether a fresh pod can cure it. */
export interface FaultClass {
  reason: PodCondition['reason'];
  /** Said to people beside the evidence. */
  advice: string;
  /** The evidence in words, or undefined when the pod does not show the fault. */
  shows(question: Question): string | undefined;
}

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
