import { createLabelBound } from '../../telemetry/label-bound.ts';
import type { GuardPort } from '../ports.ts';

/** The guard is told again of the same sender, or of the same cluster, after so long. */
const truncationAgainMs = 10_000;
const clusterAgainMs = 60_000;
const hourMs = 3_600_000;
const namesAnHour = 20;
const mostSenders = 100;
/** Stands for every unknown cluster beyond those that are told by their names. */
const theRest = '*';

/** What the intake tells the guard about senders, no more often than the guard needs. */
export interface TellGuard {
  /** A sender left alerts out: at most once a sender in ten seconds. Rejects when the guard cannot be told. */
  truncated(sender: string): Promise<void>;
  /**
   * Alerts of clusters that the sender may not speak of: once a cluster and minute, 20 clusters an hour by their names
   * and the others as one. Resolves when the guard knows of every one; rejects when it cannot be told.
   */
  unknownClusters(sender: string, alertsOf: ReadonlyMap<string, number>): Promise<void>;
}

export function createTellGuard(guard: Pick<GuardPort, 'truncated' | 'unknownCluster'>, now: () => number): TellGuard {
  const senderLabel = createLabelBound(mostSenders);
  const truncations = new Map<string, number>();
  const told = createTold(now);

  return {
    async truncated(sender) {
      const name = senderLabel(sender);
      const atMs = now();
      if (atMs - (truncations.get(name) ?? Number.NEGATIVE_INFINITY) < truncationAgainMs) return;
      truncations.set(name, atMs);
      await guard.truncated({ sender: name, atMs });
    },
    async unknownClusters(sender, alertsOf) {
      const counts = new Map<string, number>();
      for (const [cluster, alerts] of alertsOf) {
        const name = told.nameFor(cluster);
        counts.set(name, (counts.get(name) ?? 0) + alerts);
      }
      await Promise.all(
        [...counts].map(([cluster, alerts]) =>
          told.once(cluster, (atMs) => guard.unknownCluster({ cluster, sender, alerts, atMs })),
        ),
      );
    },
  };
}

/** A name that is told, and when it was. */
interface Place {
  sinceMs: number;
  toldAtMs: number;
  telling?: Promise<void>;
}

/** Which names have a place in this hour, and when each was told. */
function createTold(now: () => number) {
  const places = new Map<string, Place>();
  const newPlace = (): Place => ({ sinceMs: now(), toldAtMs: Number.NEGATIVE_INFINITY });
  const rest = newPlace();
  return {
    /** The name itself while the hour has a place for it, else that of all others. */
    nameFor(name: string): string {
      for (const [known, { sinceMs }] of places) if (sinceMs <= now() - hourMs) places.delete(known);
      if (places.has(name)) return name;
      if (places.size >= namesAnHour) return theRest;
      places.set(name, newPlace());
      return name;
    },
    /** Tells unless that was done within the minute; those who ask meanwhile wait for the same answer. */
    async once(name: string, tell: (atMs: number) => Promise<void>): Promise<void> {
      const place = places.get(name) ?? rest;
      const atMs = now();
      if (atMs - place.toldAtMs < clusterAgainMs) return;
      place.telling ??= tell(atMs)
        .then(() => {
          place.toldAtMs = atMs;
        })
        .finally(() => {
          delete place.telling;
        });
      await place.telling;
    },
  };
}
