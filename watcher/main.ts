import { openLightTransport } from '../activities/kubernetes/light-transport.ts';
import { tellMissingRights } from '../activities/kubernetes/own-rights.ts';
import type { Config } from '../config/config.ts';
import { watchedFaults } from '../domain/faults/index.ts';
import { serveHealth } from '../telemetry/health-endpoint.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { openIntake } from './intake.ts';
import { createLedger } from './ledger.ts';
import { openOutbox } from './outbox.ts';
import { createReadiness } from './readiness.ts';
import { sourcesOf, watcherNeeds } from './sources.ts';
import { watch } from './watch.ts';

/** A running watcher. */
export interface RunningWatcher {
  /** Where /livez, /readyz and /metrics are. */
  address: string;
  close(): Promise<void>;
}

/**
 * Starts to watch. Resolves as soon as it listens: /readyz says when everything was listed once, and why not yet.
 * Rejects with INVALID_CONFIG when there is no kubeconfig or the port is taken.
 */
export async function startWatcher(config: Config): Promise<RunningWatcher> {
  const { watcher, cluster, kubernetes, api } = config;
  const log = createLogger({ level: config.log.level, name: 'watcher' });
  const metrics = createMetrics();
  const faults = watchedFaults.filter(({ name }) => watcher.faults.includes(name));
  const sources = sourcesOf({ ...watcher, faults });
  const opened = await openLightTransport({ ...kubernetes, connectionsAtMost: sources.length + 8 });
  const health = await serveHealth(
    { ...watcher, part: 'watcher', variable: 'MENDFLOW_WATCHER_PORT' },
    metrics.registry,
  ).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  const readiness = createReadiness(sources, { log, metrics, setFault: health.setFault });
  const intake = openIntake({ url: watcher.intakeUrl ?? api.url, token: watcher.token ?? api.intakeTokens[0]?.token });
  const outbox = openOutbox({
    post: intake.post,
    tried: (posted, waiting) => {
      readiness.tried(posted, waiting);
      // Whatever changes what was reported is posted.
      for (const [fault, count] of ledger.reported()) metrics.watcherFaults.set({ fault }, count);
    },
  });
  const rules = { faults, cluster: cluster.name, toleranceMs: watcher.tolerance, repeatEveryMs: watcher.repeatEvery };
  const ledger = createLedger(rules, outbox.put);
  const watching = watch(sources, { transport: opened.transport, ledger, now: Date.now, ...readiness });
  const rights = tellMissingRights(
    opened.transport,
    { needs: watcherNeeds(sources), whoNeeds: 'the watcher needs' },
    log,
  );
  log.info({ address: health.address, detail: sources.map(({ path }) => path).join(', ') }, 'watching');
  return {
    address: health.address,
    async close() {
      await Promise.all([watching.close(), rights]);
      await outbox.close();
      await Promise.all([intake.close(), opened.close(), health.close()]);
    },
  };
}
