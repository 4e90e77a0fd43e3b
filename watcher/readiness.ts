import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Posted } from './intake.ts';
import type { Source } from './sources.ts';
import type { WatchDeps } from './watch.ts';

/** Where the watcher says how it is. */
interface Voice {
  log: Logger;
  metrics: Pick<Metrics, 'watchLastContact' | 'watcherPosts' | 'watcherWaiting'>;
  setFault(fault: string | undefined): void;
}

/** What the watcher tells of itself: metrics, log lines, and whether it is ready. */
export interface Readiness extends Pick<WatchDeps, 'contact' | 'listed' | 'trouble'> {
  tried(posted: Posted, waiting: number): void;
}

/** Ready once every source was listed and for as long as the intake does not refuse us; an outage of others is no fault of ours. */
export function createReadiness(sources: readonly Source[], { log, metrics, setFault }: Voice): Readiness {
  const unlisted = new Map(sources.map(({ path }) => [path, 'not listed yet']));
  let refused: string | undefined;
  const tell = () => {
    const missing = [...unlisted].map(([path, why]) => `${path}: ${why}`);
    const faults = [...missing, ...(refused === undefined ? [] : [`the intake refuses what is posted: ${refused}`])];
    setFault(faults.length === 0 ? undefined : faults.join('; '));
  };
  tell();
  return {
    contact: ({ resource }) => metrics.watchLastContact.set({ resource }, Date.now() / 1_000),
    listed({ path }) {
      unlisted.delete(path);
      tell();
    },
    trouble({ path }, error, retryInMs) {
      log.warn({ err: error, code: error.code, detail: path, durationMs: retryInMs }, 'cannot watch; trying again');
      if (!unlisted.has(path)) return;
      unlisted.set(path, error.message);
      tell();
    },
    tried({ result, detail }, waiting) {
      metrics.watcherPosts.inc({ result });
      metrics.watcherWaiting.set(waiting);
      if (result === 'refused') log.error({ detail, count: waiting }, 'the intake refuses what is posted');
      else if (detail !== undefined) log.warn({ detail, count: waiting }, 'the intake did not take everything');
      refused = result === 'refused' ? detail : result === 'taken' ? undefined : refused;
      tell();
    },
  };
}
