import { type Container, isWorkDone, type Pod, restartsOf, unreadyContainers } from '../target/pod.ts';
import type { PodFault } from './fault-class.ts';

/** A probe that failed a shorter time ago may succeed again. */
const unreadyForMs = 60_000;
/** A container that was never ready since it started gets so many times as long: it may still start. */
const patience = 5;

/**
 * The pod runs and its readiness probe fails. What only starts is not meant: a container in its startup probe, one that
 * has not run for long, and a pod that waits for a load balancer's readiness gate. A Job's pod whose work is done while a
 * sidecar runs on is not meant either.
 */
export const notReady: PodFault = {
  about: 'pod',
  name: 'NotReady',
  showsAs:
    'The pod has been Running without being Ready for a minute, or as long as is asked for: a readiness probe fails. A container that was never ready since it started gets five times as long; one in its startup probe, a pod that waits for a readiness gate only, and a pod whose work is done do not count.',
  advice: 'A fresh pod helps when the fault is in this pod or its node; a dependency that is down needs a person.',
  helps: ['clearCache', 'evictPod', 'rolloutRestart', 'scale', 'rollback'],
  never: ['cordonNode', 'uncordonNode'],
  toleranceMs: 60_000,
  impliedBy: ['CrashLoopBackOff'],
  shows: ({ pod, restartsAtLeast, nowMs, forMs = unreadyForMs }) => {
    if (pod.phase !== 'Running' || pod.isReady || restartsOf(pod) < restartsAtLeast) return undefined;
    const unready = unreadyContainers(pod);
    if (waitsForGate(pod) || isWorkDone(pod) || unready.some(({ isStarting }) => isStarting === true)) return undefined;
    const since = Math.max(...unready.map((container) => provenFrom(container, pod, forMs)), unreadySince(pod) + forMs);
    if (nowMs < since) return undefined;
    const names = unready.map((container) => container.name).join(', ');
    return `pod is Running but not Ready${names === '' ? '' : ` (${names})`}`;
  },
};

const unreadySince = ({ unreadySinceMs = Number.NEGATIVE_INFINITY }: Pod) => unreadySinceMs;

/** From this moment on the container counts as one that does not only start. */
function provenFrom({ state }: Container, pod: Pod, forMs: number): number {
  if (state?.kind !== 'running') return Number.NEGATIVE_INFINITY;
  const wasReady = unreadySince(pod) > state.startedAtMs;
  return state.startedAtMs + (wasReady || pod.unreadySinceMs === undefined ? forMs : forMs * patience);
}

/** All its containers are ready: what lacks is a condition that somebody outside sets. */
const waitsForGate = ({ conditions }: Pod): boolean =>
  conditions.some(({ type, status }) => type === 'ContainersReady' && status === 'True');
