import { guardConnection } from '../activities/guard/client.ts';
import type { Config } from '../config/config.ts';
import { fallbackInWords } from '../config/receiver-names.ts';
import type { MendflowError } from '../domain/run/errors.ts';
import { keyMissing } from '../domain/run/signing.ts';
import { serveHealth } from '../telemetry/health-endpoint.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { compose } from './compose.ts';
import { startGuardAgain } from './guard-starter.ts';
import { checkNamespace, watchNamespace } from './namespace.ts';
import { refusedRuns } from './refused-runs.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { connect, createWorkers, runUntilClosed } from './workers.ts';

/** A running worker; `close` lets the work in hand finish. */
export interface RunningWorker {
  /** Where /livez, /readyz and /metrics are. */
  address: string;
  close(): Promise<void>;
}

/** Starts the roles of the configuration. Resolves when they poll; rejects, having closed everything, when they cannot. */
export async function startWorker(config: Config): Promise<RunningWorker> {
  const log = createLogger({ level: config.log.level, name: 'worker' });
  const metrics = createMetrics();
  const health = await serveHealth(
    { ...config.worker, part: 'worker', variable: 'MENDFLOW_WORKER_PORT' },
    metrics.registry,
  );
  const closers: (() => Promise<void> | void)[] = [health.close];
  const closeAll = async () => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const connections = await connect(config, log);
    closers.push(connections.close);
    await checkNamespace(connections.client, config, log);
    const deps = await compose(
      config,
      { log, metrics },
      {
        connection: guardConnection(connections.client),
        runs: refusedRuns(connections.client),
      },
    );
    closers.push(deps.close);
    await ensureSearchAttributes(connections.connection, config.temporal.namespace, log);
    if (config.worker.roles.includes('hub')) sayWhoIsTold(config, log);
    if (config.approval.key.length === 0) log.warn({}, `no action is taken: ${keyMissing}`);
    if (config.worker.roles.includes('hub'))
      closers.push(await startGuardAgain(connections.client, config.cluster.name, log));
    const workers = runUntilClosed(await createWorkers(config, { ...connections, ...deps }), health);
    closers.push(workers.close);
    closers.push(watchNamespace(connections.client, config, { log, giveWay: endProcess(log) }));
    log.info({ address: health.address, detail: config.worker.roles.join(', ') }, 'worker polls');
    return { address: health.address, close: closeAll };
  } catch (cause) {
    await closeAll();
    throw cause;
  }
}

/** Logs who is told where a policy names nobody: a receiver that nobody marked may not be the one that was meant. */
export function sayWhoIsTold({ receivers }: Pick<Config, 'receivers'>, log: Pick<Logger, 'info' | 'warn'>): void {
  if (receivers.length === 0) log.warn({}, fallbackInWords(receivers));
  else log.info({}, fallbackInWords(receivers));
}

/** Ends the process at once: what it has in hand is done again by whoever owns it. Its next start says why it is refused. */
const endProcess = (log: Logger) => (error: MendflowError) => {
  log.fatal({ code: error.code }, error.message);
  process.exit(1);
};
