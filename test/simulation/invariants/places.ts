import type { PodCount } from '../../../domain/target/cluster-context.ts';
import type { Act } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { withoutYes } from './permission.ts';

const fewest = 2;

/** G4: too much is broken to take more away. */
export const maxUnhealthy: Invariant = {
  name: 'G4',
  statement:
    'Where too many pods of the workload, its namespace or its zone are unhealthy no pod is taken away, and no other act is done without the approval of a person.',
  broken: (trace) => {
    const { acts, schedule } = trace;
    const isBroken = ({ total, unhealthy }: PodCount) =>
      unhealthy >= fewest && unhealthy * 100 > schedule.policy.maxUnhealthyPercent * total;
    return firstOf(acts, (act) => {
      const { truth, grant, workload, atMs, verb } = act;
      if (verb !== 'evictPod' && grant?.request.renews !== undefined && withoutYes(trace, act) === undefined)
        return undefined;
      // Pods that came or went meanwhile must not make a place smaller than it was judged to be.
      const judged = grant?.request.surroundings;
      const places: [string, PodCount | undefined, PodCount | undefined][] = [
        ['its workload', truth.workload, judged?.workload],
        ['its namespace', truth.namespace, judged?.namespace],
        ['its zone', truth.zone, judged?.inZone],
      ];
      return firstOf(places, ([name, found, then]) => {
        if (found === undefined) return undefined;
        const count = { ...found, total: Math.max(found.total, then?.total ?? 0) };
        return isBroken(count)
          ? `${workload} at ${at(atMs)}: ${count.unhealthy} of ${count.total} pods of ${name} are unhealthy`
          : undefined;
      });
    });
  },
};

/** G11: an eviction leaves enough others. */
export const minReady: Invariant = {
  name: 'G11',
  statement: 'No pod is taken away while fewer others of its workload are ready than the policy wants.',
  broken: ({ acts }) =>
    firstOf(acts, ({ verb, truth, policy, workload, atMs }) =>
      verb === 'evictPod' && truth.othersReady < policy.spec.guards.minReady
        ? `${workload} at ${at(atMs)}: only ${truth.othersReady} others are ready`
        : undefined,
    ),
};

/** G18: the cluster's own machinery. */
export const controlPlane: Invariant = {
  name: 'G18',
  statement: 'No act while the API server fails us or many nodes are not ready.',
  broken: ({ acts, rulings, limits }) => {
    const { notReadyPercent, serverErrors } = limits.controlPlane;
    const dark = firstOf(acts, ({ truth, atMs }) =>
      truth.nodesDown > 1 && truth.nodesDown * 100 > notReadyPercent * truth.nodes
        ? `act at ${at(atMs)} while ${truth.nodesDown} of ${truth.nodes} nodes are down`
        : undefined,
    );
    const failing = firstOf(rulings, ({ atMs, request, decision }) =>
      decision.verdict.kind === 'grant' && request.surroundings.vitals.serverErrors >= serverErrors
        ? `grant at ${at(atMs)} after ${request.surroundings.vitals.serverErrors} server errors`
        : undefined,
    );
    return dark ?? failing;
  },
};

/** G22: a remedy that turns out to be harmful is not everywhere at once. */
export const zones: Invariant = {
  name: 'G22',
  statement: 'Acts in two zones are a minute apart.',
  broken: ({ acts, limits }) => {
    const zoned = acts.flatMap((act) => {
      const zone = zoneOf(act);
      return zone === undefined ? [] : [{ atMs: act.atMs, zone }];
    });
    return firstOf(zoned, ({ atMs, zone }, index) => {
      const other = zoned.slice(0, index).findLast((before) => before.zone !== zone);
      return other !== undefined && atMs - other.atMs < limits.zoneSpacingMs
        ? `zone ${other.zone} at ${at(other.atMs)} and zone ${zone} at ${at(atMs)}`
        : undefined;
    });
  },
};

const zoneOf = ({ truth, grant }: Act) => truth.zoneName ?? grant?.request.surroundings.zone;
