import { safeLine } from '../text/plain-text.ts';
import { type Container, isLiving, type Pod } from './pod.ts';
import { clockSkewMs } from './pod-since-act.ts';
import type { Workload } from './workload.ts';

/**
 * How a workload stands at one moment; `why` is in words. `failed` means that its rollout gave up, `absent` that it wants
 * no pod at all, which is not health: it is not there.
 */
export type WorkloadHealth =
  | {
      kind: 'healthy';
      /**
       * Pods that it wants, that are not ready, and that are excused: they were not ready before the act, are new because it
       * wants more, or are at most one in a hundred. Absent: none.
       */
      notReady?: number;
    }
  | { kind: 'progressing'; why: string }
  | { kind: 'absent'; why: string }
  | { kind: 'failed'; why: string };

/** How a workload was before anything was done to it: what health is measured by afterwards. Small, as runs carry it. */
export interface HealthBefore {
  desired: number;
  /** Pods that it wanted and that were not ready, beside the pod of the fault. */
  notReady: number;
  generation: number;
  /** Restarts of the containers of the pod of the fault, by name. Absent where there is none. */
  restarts?: Record<string, number>;
  /** A rollout had not come to its end, or had given up. */
  isRollingOut?: true;
}

/** Since when, and against what, health is judged after an act. */
export interface SinceAct {
  before: HealthBefore;
  /** Unix ms; pods that are younger were made because of the act, or after it. Absent: nothing was done yet. */
  actedAtMs?: number;
  /** Uid of the pod of the fault: that one is never excused. */
  targetUid?: string;
}

/** `slack`: so many pods may be missing. */
type Rule = (workload: Workload, slack: number) => string | undefined;

const observed: Rule = ({ generation, observedGeneration }) =>
  observedGeneration < generation ? 'its controller has not seen the latest change yet' : undefined;

const allUpdated: Rule = ({ counts, desired, partition }, slack) =>
  counts.updated < desired - partition - slack
    ? `${counts.updated} of ${desired - partition} pods are updated`
    : undefined;

const noneOutdated: Rule = ({ counts }) =>
  counts.replicas > counts.updated ? `${counts.replicas - counts.updated} old pods are left` : undefined;

const allReady: Rule = ({ counts, desired }, slack) =>
  counts.ready < desired - slack ? `${counts.ready} of ${desired} pods are ready` : undefined;

const allAvailable: Rule = ({ counts, desired }, slack) =>
  counts.available < desired - slack ? `${counts.available} of ${desired} pods are available` : undefined;

const revisionCurrent: Rule = ({ isRevisionCurrent, partition }) =>
  !isRevisionCurrent && partition === 0 ? 'its update revision is not rolled out yet' : undefined;

const complete: Rule = ({ conditions, counts, desired }) =>
  shows(conditions, 'Complete') ? undefined : `${counts.ready} of ${desired} completions are reached`;

const nodeReady: Rule = ({ conditions }) => {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? undefined : `it is not Ready${ready?.reason ? ` (${ready.reason})` : ''}`;
};

/** The pressure that a node's conditions show: `MemoryPressure`, `DiskPressure` or `PIDPressure`. */
export const pressureOf = (conditions: Workload['conditions']): string | undefined =>
  conditions.find(({ type, status }) => type.endsWith('Pressure') && status === 'True')?.type;

const noPressure: Rule = ({ conditions }) => {
  const pressure = pressureOf(conditions);
  return pressure && `it shows ${pressure}`;
};

const shows = (conditions: Workload['conditions'], wanted: string) =>
  conditions.some(({ type, status }) => type === wanted && status === 'True');

/** Those that stand for themselves, and how a person says that they are well. */
const withoutPods: Record<string, string> = { Job: 'the Job is complete', Node: 'the node is Ready without pressure' };

/** Why a workload is healthy although some of its pods are not ready, for a person. */
export const othersExcused = 'the others are excused: not ready before, new, or at most 1 in 100';

/** What is true of a workload that is healthy, for a person. */
export const healthyInWords = ({ ref, desired }: Workload, notReady = 0): string =>
  withoutPods[ref.kind] ??
  (notReady === 0
    ? `all ${desired} pods of the workload are ready`
    : `${desired - notReady} of ${desired} pods of the workload are ready; ${othersExcused}`);

/** What `kubectl rollout status` waits for, by kind; an OnDelete workload has no rollout to wait for. */
const rules: Record<string, readonly Rule[]> = {
  Deployment: [observed, allUpdated, noneOutdated, allAvailable, allReady],
  StatefulSet: [observed, allReady, allUpdated, revisionCurrent],
  DaemonSet: [observed, allUpdated, allAvailable],
  ReplicaSet: [observed, allAvailable, allReady],
  Job: [complete],
  Node: [nodeReady, noPressure],
  OnDelete: [observed, allReady],
};

/** Those that say how far a rollout is. */
const ofRollout: readonly Rule[] = [allUpdated, noneOutdated, revisionCurrent];

/** In a large workload some pod is always away for a moment: one of a hundred says nothing about a remedy. */
const podsPerStray = 100;

/** True where the workload wants no pod: somebody, or an autoscaler, has scaled it to zero. */
export const wantsNoPod = ({ ref, desired, generation, observedGeneration }: Workload): boolean =>
  !(ref.kind in withoutPods) && desired === 0 && observedGeneration >= generation;

/** Why a workload wants no pod, for a person. */
export const absence = ({ ref }: Workload): string =>
  ref.kind === 'DaemonSet' ? 'it has no node to run on' : 'it is scaled to zero';

/**
 * Judges a workload as `kubectl rollout status` does, and its pods beside it, because the workload's own counts may lag
 * behind an eviction. `pods` are all of its pods; those that terminate are on their way out and do not count. Without
 * `since` as many pods as it wants must exist and be Ready. After an act health is relative: the pod of the fault, or
 * what was made in its place, is Ready, and no more pods are missing than before; what is ill among the pods made since
 * the act is never excused.
 */
export function healthOf(workload: Workload, pods: readonly Pod[], since?: SinceAct): WorkloadHealth {
  const isOldRollout = since?.before.isRollingOut === true && since.before.generation === workload.generation;
  if (workload.progressFailure !== undefined && !isOldRollout) return { kind: 'failed', why: workload.progressFailure };
  if (wantsNoPod(workload)) return { kind: 'absent', why: absence(workload) };
  const excused = excusedIn(workload, since);
  const kind = workload.strategy === 'OnDelete' ? 'OnDelete' : workload.ref.kind;
  const ours = (rules[kind] ?? []).filter((rule) => !(isOldRollout && ofRollout.includes(rule)));
  for (const rule of ours) {
    const why = rule(workload, excused.old + excused.starting);
    if (why !== undefined) return { kind: 'progressing', why: withRefusal(why, workload) };
  }
  if (workload.ref.kind in withoutPods) return { kind: 'healthy' };
  const living = pods.filter(isLiving);
  const why = missing(workload, living, { ...since, excused, isOldRollout });
  if (why !== undefined) return { kind: 'progressing', why: withRefusal(why, workload) };
  const notReady = workload.desired - living.filter(({ isReady }) => isReady).length;
  return notReady > 0 ? { kind: 'healthy', notReady } : { kind: 'healthy' };
}

/** Controllers give this reason where the API server refuses a pod that they would make. */
export const failedCreate = 'FailedCreate';

/** What is wrong and, where the API server refuses the pods that are missing, its own words. */
function withRefusal(why: string, { conditions }: Workload): string {
  const refusal = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  return refusal === undefined ? why : `${why}: ${refusalInWords(refusal.reason, refusal.message)}`;
}

/** A refusal of the API server in one line of bounded length. */
export const refusalInWords = (reason: string, message: string): string => safeLine(`${reason}: ${message}`, 500);

/** What a wait for health is measured by later; `pod` is the one that shows the fault. */
export function healthBefore(workload: Workload, pod: Pod | undefined): HealthBefore {
  const { desired, counts, generation } = workload;
  // Where the fault is the workload's own, nothing of it is excused.
  const notReady = pod === undefined ? 0 : Math.max(0, desired - counts.ready - (pod.isReady ? 0 : 1));
  const ofKind = rules[workload.ref.kind] ?? [];
  const isRollingOut =
    !(workload.ref.kind in withoutPods) &&
    (workload.progressFailure !== undefined ||
      ofRollout.some((rule) => ofKind.includes(rule) && rule(workload, notReady) !== undefined));
  const restarts = pod && Object.fromEntries(pod.containers.map((container) => [container.name, container.restarts]));
  return { desired, notReady, generation, ...(restarts && { restarts }), ...(isRollingOut && { isRollingOut }) };
}

interface Excused {
  /** Pods that were not ready before, and the strays of a large workload. */
  old: number;
  /** Pods that it wants more than before: they may be starting. */
  starting: number;
}

function excusedIn({ desired }: Workload, since: SinceAct | undefined): Excused {
  if (since === undefined) return { old: 0, starting: 0 };
  const { before } = since;
  return {
    old: Math.max(before.notReady, Math.floor(desired / podsPerStray)),
    starting: Math.max(0, desired - before.desired),
  };
}

interface Looked {
  excused: Excused;
  /** The rollout that was under way before the act still is. */
  isOldRollout: boolean;
}

/** Which pods are missing that should be there and Ready, in words. */
function missing(
  { desired }: Workload,
  living: readonly Pod[],
  { before, actedAtMs = Number.POSITIVE_INFINITY, targetUid, excused, isOldRollout }: Partial<SinceAct> & Looked,
): string | undefined {
  const isYoung = ({ createdAtMs }: Pod) => createdAtMs >= actedAtMs - clockSkewMs;
  const unready = living.filter(({ isReady }) => !isReady);
  const young = unready.filter(isYoung);
  const starting = young.filter(isStarting);
  const mayStart = Math.min(starting.length, excused.starting);
  const absent = Math.max(0, desired - living.length - (excused.starting - mayStart));
  if (absent > excused.old) return `${living.length} of ${desired} pods exist`;
  const old = unready.filter((pod) => !isYoung(pod));
  const isExcused = old.length + absent <= excused.old;
  const wrong = [
    ...young.filter((pod) => !isStarting(pod) || starting.length > mayStart),
    ...old.filter(({ ref }) => !isExcused || ref.uid === targetUid),
  ];
  if (wrong.length > 0) return `not ready: ${named(wrong)}`;
  const isTaken = targetUid !== undefined && living.every(({ ref }) => ref.uid !== targetUid);
  const isReplaced = living.some(isYoung) || desired < (before?.desired ?? 0);
  // Where pods are excused, or the rollout of before has pods to spare, the counts alone do not show that one came in its
  // place. Where the act began another rollout, its end shows that nothing of before is left: none comes after a rollback.
  const isHidden = living.length < desired || isOldRollout;
  return isTaken && !isReplaced && isHidden ? 'no pod came in the place of the one taken' : undefined;
}

const named = (pods: readonly Pod[]) =>
  pods
    .slice(0, 5)
    .map(({ ref }) => ref.name)
    .join(', ');

/** What a container waits for before its first start. */
const beforeStart: readonly string[] = ['', 'ContainerCreating', 'PodInitializing'];

/** True for a pod that is not Ready and shows nothing wrong yet. */
const isStarting = ({ containers }: Pod): boolean => containers.every(isOnItsWay);

function isOnItsWay({ restarts, state, isInit }: Container): boolean {
  if (restarts > 0) return false;
  if (state?.kind === 'waiting') return beforeStart.includes(state.reason);
  return state?.kind !== 'terminated' || (isInit && state.exitCode === 0);
}
