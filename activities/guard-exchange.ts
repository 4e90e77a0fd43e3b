import { sightingOf } from '../domain/sightings.ts';
import type { HubActivities } from './contract.ts';
import type { GuardDesk, GuardLink } from './guard-desk.ts';

type Exchange = Pick<HubActivities, 'glance' | 'askGuard' | 'releasePermit' | 'reportIncident' | 'recallGuard'>;

/** What runs say to the guard, and hear from it. `now` is Unix ms. */
export function guardExchange(
  desk: GuardDesk,
  link: Pick<GuardLink, 'incident' | 'recall'>,
  now: () => number,
): Exchange {
  return {
    glance: ({ alert }) => desk.glance(alert.cluster, sightingOf(alert, now())),
    askGuard: ({ cluster, request }) => desk.ask(cluster, request),
    releasePermit: ({ cluster, release }) => desk.release(cluster, release),
    reportIncident: ({ cluster, report }) => link.incident(cluster, report),
    recallGuard: ({ cluster, runId }) => link.recall(cluster, runId),
  };
}
