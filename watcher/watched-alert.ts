import { fingerprintOf } from '../domain/alert/fingerprint.ts';
import { alertnameOf, type WatchedFault } from '../domain/faults/index.ts';
import type { Sighting } from './sightings.ts';

/** One alert as an Alertmanager webhook carries it. */
export interface WatchedAlert {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** RFC 3339 UTC: when the watcher saw the fault first. */
  startsAt: string;
  /** The year 0001 while it lasts, as Alertmanager writes it. */
  endsAt: string;
  generatorURL: string;
  /** Over the labels alone, so that every replica and every repeat has the same. */
  fingerprint: string;
}

const notEnded = '0001-01-01T00:00:00Z';
const textOf = (atMs: number) => new Date(atMs).toISOString();

/** The alert for a fault that shows since then. */
export function firingAlert(
  { fault, words }: { fault: WatchedFault; words: string },
  { labels: named }: Sighting,
  { cluster, sinceMs }: { cluster: string; sinceMs: number },
): WatchedAlert {
  const labels = { alertname: alertnameOf(fault), cluster, ...named, mendflow_source: 'watcher' };
  const place = [named.namespace, named.pod ?? named.deployment ?? named.job_name ?? named.node];
  return {
    status: 'firing',
    labels,
    annotations: { summary: `${place.filter(Boolean).join('/')}: ${words}`, description: fault.advice },
    startsAt: textOf(sinceMs),
    endsAt: notEnded,
    generatorURL: '',
    fingerprint: fingerprintOf(labels),
  };
}

/** The same alert, ended. */
export const resolvedAlert = (alert: WatchedAlert, endedAtMs: number): WatchedAlert => ({
  ...alert,
  status: 'resolved',
  endsAt: textOf(endedAtMs),
});
