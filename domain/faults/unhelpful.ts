import type { Pod } from '../target/pod.ts';
import { crashesAtStart } from './crash-loop-back-off.ts';
import { podFaults } from './index.ts';

/** Actions that never help against what a pod shows, and why. */
export interface Unhelpful {
  actions: readonly string[];
  why: string;
}

/** A fresh pod of the same template. */
const restarts = ['evictPod', 'deletePod', 'rolloutRestart'];

/** A sibling that has been up for so long came past the start at which the pod fails. */
const provenMs = 60_000;

/**
 * What never helps against what the live pod shows right now, whatever a policy says. `others` are pods beside it: where
 * one of the same template runs well, the template can start, so a fresh pod can help one that crashes at every start.
 */
export function unhelpfulTo(pod: Pod, nowMs: number, others: readonly Pod[] = []): Unhelpful[] {
  const shown = podFaults.flatMap(({ name, never, shows }) => {
    const evidence = never.length === 0 ? undefined : shows({ pod, restartsAtLeast: 0, nowMs });
    return evidence === undefined ? [] : [{ actions: never, why: `${name}: ${evidence}` }];
  });
  const hopeless = others.some((other) => isWellSibling(other, pod, nowMs)) ? undefined : crashesAtStart(pod);
  return hopeless === undefined ? shown : [{ actions: restarts, why: hopeless }, ...shown];
}

/** Another pod of the same template, of which every container has run for a while. */
function isWellSibling(other: Pod, pod: Pod, nowMs: number): boolean {
  if (other.ref.uid === pod.ref.uid || other.isTerminating || !other.isReady) return false;
  if (pod.owner === undefined || other.owner?.uid !== pod.owner.uid) return false;
  // A StatefulSet or DaemonSet owns the pods of all its templates, and tells them apart by this label.
  if (other.labels[revisionLabel] !== pod.labels[revisionLabel]) return false;
  const main = other.containers.filter(({ isInit }) => !isInit);
  return main.every(({ state }) => state?.kind === 'running' && nowMs - state.startedAtMs >= provenMs);
}

const revisionLabel = 'controller-revision-hash';
