import { formatDuration } from '../text/duration.ts';

/** How long ended runs should be kept, ms: `mendflow backtest` looks back so far unless told otherwise. */
export const retentionWantedMs = 30 * 86_400_000;

/** For how long Temporal keeps ended runs, ms, and in which namespace. */
export interface Retention {
  namespace: string;
  keptMs: number;
}

/** The command that makes Temporal keep ended runs for long enough. */
const remedy = ({ namespace }: Retention) =>
  `temporal operator namespace update --namespace ${namespace} --retention ${retentionWantedMs / 86_400_000}d`;

/** What an operator must know of a retention that is too short; undefined where it is long enough. */
export function shortRetention(retention: Retention): string | undefined {
  const { namespace, keptMs } = retention;
  if (keptMs >= retentionWantedMs) return undefined;
  return (
    `Temporal deletes the runs of namespace ${namespace} ${formatDuration(keptMs)} after they end, so report and ` +
    `backtest cannot look back further. To keep them: ${remedy(retention)}`
  );
}

/** Since when the records are whole, RFC 3339, and in words what is missing of what was asked for. */
export interface Reach {
  wholeSince: string;
  missing?: string;
}

/** How far back the records of a period reach, where Temporal's retention is known. */
export function reachOf(since: string, retention: Retention | undefined, nowMs: number): Reach {
  if (retention === undefined) {
    return { wholeSince: since, missing: "Temporal's retention could not be read: older runs may be missing." };
  }
  const keptSinceMs = nowMs - retention.keptMs;
  if (Date.parse(since) >= keptSinceMs) return { wholeSince: since };
  const wholeSince = new Date(keptSinceMs).toISOString();
  const { namespace, keptMs } = retention;
  return {
    wholeSince,
    missing:
      `Runs that ended before ${wholeSince} are missing: Temporal keeps those of namespace ${namespace} for ` +
      `${formatDuration(keptMs)}. To keep later ones longer: ${remedy(retention)}`,
  };
}
