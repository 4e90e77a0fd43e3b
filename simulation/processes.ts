import { type ClusterActivitiesOptions, createClusterActivities } from '../activities/cluster-activities.ts';
import type { ClusterActivities, HubActivities } from '../activities/contract.ts';
import { withErrorBoundary } from '../activities/error-boundary.ts';
import { guardConnection, guardPause, openGuardClient } from '../activities/guard/client.ts';
import { createHubActivities } from '../activities/hub-activities.ts';
import type { Cluster } from '../activities/kubernetes/port.ts';
import type { GuardLimits } from '../domain/guard/rules/rule.ts';
import type { SigningKeys } from '../domain/run/signing.ts';
import { tellingRefusals } from '../worker/told-refusals.ts';
import { simulatedOutside } from './cluster/outside.ts';
import type { SimulatedCluster } from './cluster/simulated-cluster.ts';
import { type Network, overNetwork } from './network.ts';
import { refusedRuns } from './refused-runs.ts';
import { simulatedClient } from './temporal/client.ts';
import type { Server } from './temporal/server.ts';

const logger = { warn: () => undefined };

/** A play does not explain. */
const notPlayed = async (): Promise<string> => {
  throw new Error('no run is played within a play');
};

export interface HubOptions {
  server: Server;
  limits: GuardLimits;
  keys: SigningKeys;
  notify: HubActivities['notify'];
  now: () => number;
}

/** A worker of the hub, with the memory that it loses when it dies. */
export function startHub(options: HubOptions, isAlive: () => boolean): HubActivities {
  const { server, limits, keys, notify, now } = options;
  const connection = guardConnection(simulatedClient(server, isAlive));
  const guard = openGuardClient({ connection, now, logger });
  return createHubActivities({
    ...{ guard, connection, runs: refusedRuns(server), limits, keys, now, notify },
    count: () => undefined,
    playNow: notPlayed,
  });
}

export interface ClusterWorkerOptions
  extends Pick<
    ClusterActivitiesOptions,
    'clusterName' | 'keys' | 'policies' | 'prometheus' | 'switches' | 'identity' | 'limits' | 'now'
  > {
  server: Server;
  cluster: SimulatedCluster;
  network: Network;
  kill(): void;
  tamper(port: Cluster, cluster: SimulatedCluster): Cluster;
  /** The pauses of the guard are not seen by the worker: a planted fault. */
  isBlindToPauses: boolean;
}

/** A worker of the cluster, with the memory that it loses when it dies. */
export function startClusterWorker(options: ClusterWorkerOptions, isAlive: () => boolean): ClusterActivities {
  const { server, cluster, network, kill, tamper, isBlindToPauses, ...rest } = options;
  const connection = guardConnection(simulatedClient(server, isAlive));
  const pausedWhy = async () => (isBlindToPauses ? undefined : guardPause(connection, rest.clusterName));
  const outside = simulatedOutside();
  const port = tamper(overNetwork(cluster, { network, kill }), cluster);
  const own = { cluster: port, outside, guardPause: pausedWhy, logger, monotonicMs: rest.now };
  const told = { connection, cluster: rest.clusterName, now: rest.now };
  return withErrorBoundary(tellingRefusals(createClusterActivities({ ...rest, ...own }), told));
}

/** A process that is started again when it has died; `current` is the one that lives. */
export function keepAlive<T>(start: (isAlive: () => boolean) => T): { readonly current: T; restart(): void } {
  let generation = 0;
  const begin = () => {
    generation += 1;
    const mine = generation;
    return start(() => mine === generation);
  };
  let current = begin();
  return {
    get current() {
      return current;
    },
    restart() {
      current = begin();
    },
  };
}
