import type { GuardLimits } from './rules/rule.ts';
import { alertingKept, isVerified } from './sightings.ts';
import type { GuardEffect, GuardState, Storm } from './state.ts';

/**
 * The breaker's next state. Open: too many workloads alert. Half-open after half of the calm time: acts are paced.
 * Closed after the whole calm time. While it is not closed, half as many are too many already, so that it does not
 * flutter; a storm that comes back opens it again at once.
 */
export function judgeStorm(state: GuardState, nowMs: number, limits: GuardLimits): GuardEffect[] {
  const { storm } = state;
  const why = signOf(state, nowMs, limits.storm);
  if (storm === undefined) return why === undefined ? [] : [becomes({ kind: 'open', sinceMs: nowMs, why })];
  if (why !== undefined) {
    return storm.calmSinceMs === undefined ? [] : [becomes({ kind: 'open', sinceMs: storm.sinceMs, why })];
  }
  if (storm.calmSinceMs === undefined) return [becomes({ ...storm, calmSinceMs: nowMs })];
  const calmMs = nowMs - storm.calmSinceMs;
  if (calmMs >= limits.storm.calmMs) return [{ type: 'storm' }];
  return storm.kind === 'open' && calmMs * 2 >= limits.storm.calmMs ? [becomes({ ...storm, kind: 'halfOpen' })] : [];
}

const becomes = (storm: Storm): GuardEffect => ({ type: 'storm', storm });

/** Nodes for which the configured number of workloads is meant; a larger cluster bears more. */
const nodesPerLimit = 100;

function signOf(state: GuardState, nowMs: number, limits: GuardLimits['storm']): string | undefined {
  const share = state.storm === undefined ? 1 : 0.5;
  const minutes = limits.withinMs / 60_000;
  const places = placesOf(state, nowMs - limits.withinMs);
  const total = places.reduce((sum, { alerting }) => sum + alerting, 0);
  const most = Math.min(limits.workloads * Math.max(1, state.nodes / nodesPerLimit), alertingKept - 1);
  if (total > most * share) return `${total} workloads alert within ${minutes} min`;
  for (const { namespace, alerting, known } of places) {
    // Where nobody counted, no share can be told.
    if (known > 0 && alerting >= limits.atLeast && alerting * 100 > limits.percent * share * known) {
      return namespace === ''
        ? `${alerting} of ${known} nodes alert or are unhealthy within ${minutes} min`
        : `${alerting} of ${known} workloads of ${namespace} alert within ${minutes} min`;
    }
  }
  return undefined;
}

interface AlertingPlace {
  namespace: string;
  alerting: number;
  known: number;
}

/**
 * The alerting workloads of each namespace: verified ones, and those that only labels name, as far as so many exist. Nodes
 * have the empty namespace; there those count as well that a look at a node found unhealthy.
 */
function placesOf({ alerting, matched }: GuardState, sinceMs: number): AlertingPlace[] {
  const recent = Map.groupBy(
    alerting.filter(({ atMs }) => atMs > sinceMs),
    ({ namespace }) => namespace,
  );
  return [...recent].map(([namespace, sightings]) => {
    const verified = sightings.filter(isVerified);
    const names = new Set(verified.map(({ workload }) => nameOf(workload)));
    const labelled = sightings.filter((sighting) => !isVerified(sighting) && !names.has(nameOf(sighting.workload)));
    const counts = [...verified, ...matched.filter((match) => match.namespace === namespace)];
    const known = Math.max(0, ...counts.map((counted) => counted.known ?? 0));
    const room = known === 0 ? labelled.length : Math.max(0, known - verified.length);
    const unhealthy = Math.max(0, ...verified.map(({ unhealthyNodes = 0 }) => unhealthyNodes));
    return { namespace, alerting: Math.max(unhealthy, verified.length + Math.min(labelled.length, room)), known };
  });
}

const nameOf = (workload: string) => workload.slice(workload.lastIndexOf('/') + 1);
