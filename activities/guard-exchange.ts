import type { Alert } from '../domain/alert.ts';
import type { Sighting } from '../domain/guard-state.ts';
import type { HubActivities } from './contract.ts';
import type { GuardDesk } from './guard-desk.ts';

type Exchange = Pick<HubActivities, 'glance' | 'askGuard' | 'releasePermit'>;

/** What runs say to the guard, and hear from it. `now` is Unix ms. */
export function guardExchange(desk: GuardDesk, now: () => number): Exchange {
  return {
    glance: ({ alert }) => desk.glance(alert.cluster, sightingOf(alert, now())),
    askGuard: ({ cluster, request }) => desk.ask(cluster, request),
    releasePermit: ({ cluster, release }) => desk.release(cluster, release),
  };
}

const namingLabels = ['deployment', 'statefulset', 'daemonset', 'workload', 'pod'] as const;

/** Who alerts, as the labels say it: good enough to count by, and for nothing else. */
function sightingOf({ labels, fingerprint }: Alert, atMs: number): Sighting {
  const name = namingLabels.map((label) => labels[label]).find((value) => value !== undefined) ?? fingerprint;
  const namespace = (labels.namespace ?? '').slice(0, 63);
  return { workload: `${namespace}/alert/${name}`.slice(0, 300), namespace, atMs, traits: [] };
}
