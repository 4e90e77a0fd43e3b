import type { Pod } from '../pod.ts';
import { crashesAtStart } from './crash-loop-back-off.ts';
import { podFaults } from './index.ts';

/** Actions that never help against what a pod shows, and why. */
export interface Unhelpful {
  actions: readonly string[];
  why: string;
}

/** A fresh pod of the same template. */
const restarts = ['evictPod', 'deletePod', 'rolloutRestart'];

/** What never helps against what the live pod shows right now, whatever a policy says. */
export function unhelpfulTo(pod: Pod, nowMs: number): Unhelpful[] {
  const shown = podFaults.flatMap(({ name, never, shows }) => {
    const evidence = never.length === 0 ? undefined : shows({ pod, restartsAtLeast: 0, nowMs });
    return evidence === undefined ? [] : [{ actions: never, why: `${name}: ${evidence}` }];
  });
  const hopeless = crashesAtStart(pod);
  return hopeless === undefined ? shown : [{ actions: restarts, why: hopeless }, ...shown];
}
