import { hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import {
  DefaultLogger,
  type InjectedSinks,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import type { ClusterActivities, HubActivities, MetricSinks } from '../activities/contract.ts';
import type { Config } from '../config/config.ts';
import { installationOf, markOf } from '../config/installation.ts';
import { clusterTaskQueue, guardTaskQueue, hubTaskQueue } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { HealthEndpoint } from '../telemetry/health-endpoint.ts';
import type { Logger } from '../telemetry/log.ts';
import { workflowBundle } from './bundle.ts';
import { versionOptions } from './deployment.ts';

export interface Connections {
  client: Client;
  /** Of the client. */
  connection: Connection;
  native: NativeConnection;
  close(): Promise<void>;
}

/** Connects to Temporal, for polling and for calls. Throws TEMPORAL_UNAVAILABLE when it does not answer. */
export async function connect({ temporal }: Config, log: Logger): Promise<Connections> {
  installRuntime(log);
  const { address, apiKey } = temporal;
  const options = { address, ...(temporal.tls ? { tls: true } : {}), ...(apiKey === undefined ? {} : { apiKey }) };
  try {
    const native = await NativeConnection.connect(options);
    const connection = await Connection.connect({ ...options, connectTimeout: '10s' });
    const client = new Client({ connection, namespace: temporal.namespace });
    return {
      ...{ client, connection, native },
      async close() {
        await connection.close();
        await native.close();
      },
    };
  } catch (cause) {
    throw new MendflowError('TEMPORAL_UNAVAILABLE', `Temporal does not answer at ${address}`, { cause });
  }
}

let isRuntimeInstalled = false;

/** Temporal's own log lines go into ours. One runtime a process: a second worker in it shares the first one's. */
function installRuntime(log: Logger): void {
  if (isRuntimeInstalled) return;
  isRuntimeInstalled = true;
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const { error, ...rest } = meta ?? {};
    log[levels[level]]({ err: error, detail: JSON.stringify(rest, textOfBigInt) }, message);
  });
  Runtime.install({ logger, shutdownSignals: [] });
}

const textOfBigInt = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/** What Temporal calls this process: where it runs, whose it is and since when. */
export const identityOf = (config: Config): string =>
  `${process.env.HOSTNAME ?? hostname()}/${process.pid} ${markOf(installationOf(config), Math.round(performance.timeOrigin))}`;

interface Composed extends Pick<Connections, 'native'> {
  hub: HubActivities;
  cluster: ClusterActivities | undefined;
  sinks: InjectedSinks<MetricSinks>;
}

/**
 * One worker for each role: each polls only what it has the rights for. Only hub workers have a version: a cluster's
 * activities serve the runs of every version.
 */
export async function createWorkers(config: Config, { native, hub, cluster, sinks }: Composed): Promise<Worker[]> {
  const { roles, shutdownGraceTime, maxCachedWorkflows, deployment } = config.worker;
  const shared = {
    connection: native,
    namespace: config.temporal.namespace,
    identity: identityOf(config),
    shutdownGraceTime,
    // Heartbeats carry the memory of a health wait: never older than this when a worker dies.
    maxHeartbeatThrottleInterval: '2s',
  } satisfies Partial<WorkerOptions>;
  const workers: Worker[] = [];
  if (roles.includes('hub')) {
    const workflows = {
      ...shared,
      workflowBundle: await workflowBundle(),
      activities: hub,
      sinks,
      reuseV8Context: true,
    };
    // A run ends with the build that it began with; the guard, which lives for ever, moves on to the current one.
    const pinned = versionOptions(deployment, 'PINNED');
    const moving = versionOptions(deployment, 'AUTO_UPGRADE');
    workers.push(await Worker.create({ ...workflows, ...pinned, taskQueue: hubTaskQueue, maxCachedWorkflows }));
    // On a queue and with slots of its own: runs that wait for the guard hold theirs meanwhile.
    workers.push(await Worker.create({ ...workflows, ...moving, taskQueue: guardTaskQueue, maxCachedWorkflows: 50 }));
  }
  if (cluster !== undefined) {
    workers.push(
      await Worker.create({ ...shared, taskQueue: clusterTaskQueue(config.cluster.name), activities: cluster }),
    );
  }
  return workers;
}

/** Runs the workers until they are closed; a worker that stops by itself ends the process, so that it is started again. */
export function runUntilClosed(workers: readonly Worker[], health: HealthEndpoint): { close(): Promise<void> } {
  let isClosing = false;
  health.setFault(undefined);
  const runs = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      health.setFault(String(error));
      if (!isClosing) throw error;
    }),
  );
  return {
    async close() {
      isClosing = true;
      health.setFault('shutting down');
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(runs);
    },
  };
}
