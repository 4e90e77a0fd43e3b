import type { PodFault } from '../domain/faults/fault-class.ts';
import type { WatchedFault } from '../domain/faults/index.ts';
import { recentMs } from '../domain/faults/pod-fault.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { Sighting } from './sightings.ts';

/** A class that an object shows, with the evidence in words. */
export interface Shown {
  fault: WatchedFault;
  words: string;
}

/** The classes among `faults` that the object shows at this moment; of what ended long ago nothing is said. */
export function classify(faults: readonly WatchedFault[], sighting: Sighting, nowMs: number): Shown[] {
  const { kind, status, newsUntilMs = Number.POSITIVE_INFINITY } = sighting;
  if (status === undefined || nowMs > newsUntilMs) return [];
  const shown = faults.flatMap((fault): Shown[] => {
    if (fault.about !== kind) return [];
    const words =
      fault.about === 'pod'
        ? 'pod' in status && shownBy(fault, status.pod, nowMs)
        : 'conditions' in status && fault.shows(status.conditions);
    return words ? [{ fault, words }] : [];
  });
  return shown.filter(({ fault }) => !isImplied(fault, shown));
}

const shownBy = ({ shows, reportedFromRestarts: restartsAtLeast = 0 }: PodFault, pod: Pod, nowMs: number) =>
  // How long it lasts, the watcher measures by itself.
  shows({ pod, restartsAtLeast, withinMs: recentMs, forMs: 0, nowMs });

function isImplied(fault: WatchedFault, shown: readonly Shown[]): boolean {
  const { impliedBy = [] } = fault.about === 'pod' ? fault : {};
  return shown.some((other) => impliedBy.some((name) => name === other.fault.name));
}
