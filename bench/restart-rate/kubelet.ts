/** A pod as the API server lists it. */
export interface SeenPod {
  uid: string;
  namespace: string;
  name: string;
  isScheduled: boolean;
  isDeleting: boolean;
}

/** What a kubelet would write about a pod. */
export interface Write {
  pod: SeenPod;
  kind: 'ready' | 'crashed';
  restarts: number;
}

/** A pod that crashes at every start, from some moment on; times in milliseconds of the clock that the kubelet is told. */
export interface Life {
  pod: SeenPod;
  startedMs: number;
  restartsMs: number[];
  /** When it was seen to be deleted or gone. */
  endedMs?: number;
}

export interface Kubelet {
  /** From now on one pod of the namespace cannot live, and nobody that takes its place; the namespace must have one. */
  breakOne(namespace: string, nowMs: number): void;
  /** One look at all pods: what is to be written now. */
  step(pods: readonly SeenPod[], nowMs: number): Write[];
  /** Every hopeless pod so far, the eldest first. */
  lives: readonly Life[];
}

const initialMs = 10_000;
const longestMs = 300_000;

/**
 * How long the kubelet waits before the restart of that number, from 1 on: the first is made at once, because no back-off
 * is on record for the container yet; then 10 s, doubled each time, at most 5 min.
 */
export function backOffMs(restart: number): number {
  return restart === 1 ? 0 : Math.min(longestMs, initialMs * 2 ** (restart - 2));
}

/**
 * Plays the containers of all nodes. In each namespace so many pods run well; every other one crashes as soon as it
 * starts, whatever its name. The back-off belongs to the pod: a new one begins anew.
 */
export function createKubelet(podsPerNamespace: number): Kubelet {
  const lives: Life[] = [];
  const healthy = new Map<string, SeenPod>();
  const broken = new Map<string, number>();
  const healthyIn = (namespace: string) => [...healthy.values()].filter((pod) => pod.namespace === namespace);
  const start = (pod: SeenPod, nowMs: number): Write[] => {
    const { namespace, uid } = pod;
    if (healthyIn(namespace).length < podsPerNamespace - (broken.get(namespace) ?? 0)) {
      healthy.set(uid, pod);
      return [{ pod, kind: 'ready', restarts: 0 }];
    }
    lives.push({ pod, startedMs: nowMs, restartsMs: [] });
    return [];
  };
  return {
    lives,
    breakOne(namespace, nowMs) {
      const [pod] = healthyIn(namespace);
      if (pod === undefined) throw new Error(`no healthy pod runs in ${namespace}`);
      broken.set(namespace, (broken.get(namespace) ?? 0) + 1);
      healthy.delete(pod.uid);
      lives.push({ pod, startedMs: nowMs, restartsMs: [] });
    },
    step(pods, nowMs) {
      const alive = new Set(pods.filter(({ isDeleting }) => !isDeleting).map(({ uid }) => uid));
      for (const life of lives) if (!alive.has(life.pod.uid)) life.endedMs ??= nowMs;
      const known = new Set([...healthy.keys(), ...lives.map(({ pod }) => pod.uid)]);
      const started = pods
        .filter(({ uid, isScheduled, isDeleting }) => isScheduled && !isDeleting && !known.has(uid))
        .flatMap((pod) => start(pod, nowMs));
      return [...started, ...lives.flatMap((life) => restarted(life, nowMs))];
    },
  };
}

/** Restarts that are due; they follow from each other, so that a late look does not shift those that come after. */
function restarted(life: Life, nowMs: number): Write[] {
  if (life.endedMs !== undefined) return [];
  const before = life.restartsMs.length;
  for (;;) {
    const crashedMs = life.restartsMs.at(-1) ?? life.startedMs;
    const dueMs = crashedMs + backOffMs(life.restartsMs.length + 1);
    if (dueMs > nowMs) break;
    life.restartsMs.push(dueMs);
  }
  const restarts = life.restartsMs.length;
  return restarts === before ? [] : [{ pod: life.pod, kind: 'crashed', restarts }];
}
