import type { Container, Pod } from './pod.ts';

/** Clocks of the cluster and of Temporal may differ by so much. */
export const clockSkewMs = 10_000;

/** When an act began, and how often the containers of the pod had restarted right before it, by name. */
export interface Act {
  actedAtMs: number;
  restarts?: Record<string, number>;
}

/**
 * The pod of the fault, which lives on after an act, without what its status remembers from before: a container whose
 * last end came before the act shows nothing of the fault since. One that ended again since is left as it is, with all of
 * its restarts, and so is one that is down.
 */
export function podSinceAct(pod: Pod, act: Act): Pod {
  return { ...pod, containers: pod.containers.map((container) => sinceAct(container, act)) };
}

function sinceAct(container: Container, { actedAtMs, restarts = {} }: Act): Container {
  const { lastTermination, state, ...rest } = container;
  if (state?.kind !== 'running' || lastTermination === undefined) return container;
  const before = restarts[container.name];
  const hasRestarted = before === undefined || container.restarts > before;
  if (hasRestarted && lastTermination.finishedAtMs >= actedAtMs - clockSkewMs) return container;
  return { ...rest, state, restarts: 0 };
}
