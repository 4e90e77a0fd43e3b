import type { ObjectRef } from './target.ts';

/** The controller of an object, as its ownerReference with `controller: true` names it. */
export interface OwnerRef {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
}

export interface Waiting {
  kind: 'waiting';
  reason: string;
  message: string;
}

export interface Running {
  kind: 'running';
  startedAtMs: number;
}

export interface Terminated {
  kind: 'terminated';
  /** As the kubelet says it: `OOMKilled`, `Error`, `Completed`. */
  reason: string;
  exitCode: number;
  /** Absent where the kubelet does not say it. */
  startedAtMs?: number;
  finishedAtMs: number;
}

/** One container of a pod, init containers included, as its status shows it. */
export interface Container {
  name: string;
  isInit: boolean;
  isReady: boolean;
  /** It runs and its startup probe has not succeeded yet. */
  isStarting?: true;
  /** Rises with every restart; never falls while the pod lives. */
  restarts: number;
  state?: Waiting | Running | Terminated;
  lastTermination?: Terminated;
  /** As it is written: `256Mi`. */
  memoryLimit?: string;
  memoryRequest?: string;
  /** The limit that the node says the running container really has; it lags behind a resize. Absent: it does not say. */
  appliedMemoryLimit?: string;
  /** A change of its memory in place restarts it. */
  restartsOnResize?: true;
}

/** A pod as one live read shows it: only what a decision needs. Times are Unix ms. */
export interface Pod {
  ref: ObjectRef;
  labels: Record<string, string>;
  owner?: OwnerRef;
  isMirror: boolean;
  /** It has a deletionTimestamp: something evicted or deleted it already. */
  isTerminating: boolean;
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  phase: string;
  isReady: boolean;
  /** Since when it is not Ready; absent while it is, and where its status does not say it. */
  unreadySinceMs?: number;
  conditions: { type: string; status: string; reason: string; message: string }[];
  createdAtMs: number;
  /** Absent until it is scheduled. */
  nodeName?: string;
  /** Of its containers, init containers included; each once. */
  images: string[];
  /** ConfigMaps and Secrets that it uses, as `configmap/name` and `secret/name`; never what is in them. */
  configs: string[];
  /** PersistentVolumeClaims that it mounts, by name. */
  claims: string[];
  containers: Container[];
  /** Time it has to stop, as it says itself, in seconds. */
  graceSeconds: number;
  /** It keeps data in an emptyDir, which is lost with it. */
  hasLocalData?: true;
}

/**
 * The grace period to ask for when the pod is taken away, in seconds: the one wanted where it is longer than the pod's own,
 * else none, so that the pod keeps its own. A pod's time to stop is never shortened (G26).
 */
export function graceToAsk(
  { graceSeconds }: Pick<Pod, 'graceSeconds'>,
  wanted: number | undefined,
): number | undefined {
  return wanted !== undefined && wanted > graceSeconds ? wanted : undefined;
}

/** A container of the pod that is in its startup probe, by name; undefined where none is. */
export const inStartupProbe = ({ containers }: Pick<Pod, 'containers'>): string | undefined =>
  containers.find(({ isStarting }) => isStarting === true)?.name;

/** The containers that should be ready and are not. */
export const unreadyContainers = ({ containers }: Pick<Pod, 'containers'>): Container[] =>
  containers.filter(({ isInit, isReady }) => !isInit && !isReady);

/**
 * The pod's work is done although it is still Running: every container that is not ready has ended well, and a sidecar
 * runs on. It is never Ready again, and nothing is wrong with it.
 */
export function isWorkDone(pod: Pick<Pod, 'containers'>): boolean {
  const unready = unreadyContainers(pod);
  return unready.length > 0 && unready.every(({ state }) => state?.kind === 'terminated' && state.exitCode === 0);
}

/** True for a pod that has not ended and is not on its way out. */
export const isLiving = ({ isTerminating, phase }: Pick<Pod, 'isTerminating' | 'phase'>): boolean =>
  !isTerminating && phase !== 'Succeeded' && phase !== 'Failed';

/** Restarts of all containers together. */
export function restartsOf(pod: Pick<Pod, 'containers'>): number {
  return pod.containers.reduce((sum, container) => sum + container.restarts, 0);
}

/** Orders pods worst first: most restarts, then oldest, then by name so that the order is the same each time. */
export function worstFirst(a: Pod, b: Pod): number {
  return restartsOf(b) - restartsOf(a) || a.createdAtMs - b.createdAtMs || (a.ref.name < b.ref.name ? -1 : 1);
}
