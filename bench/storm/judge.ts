import { runIdOf } from '../alerts.ts';
import type { ListedRun } from '../runs.ts';
import type { Delivery } from './sender.ts';

/**
 * What became of an alert: decided by exactly one run (`closed`, or `handedOver` to a person), by none (`lost`; a run that
 * broke is none), by more than one (`doubled`), not yet (`undecided`), or its batch was never answered 2xx (`undelivered`).
 */
export const fates = ['closed', 'handedOver', 'undecided', 'lost', 'doubled', 'undelivered'] as const;
export type Fate = (typeof fates)[number];

/** An alert with its fate. */
export interface Judged {
  workflowId: string;
  fate: Fate;
  /** First byte of its first delivery, Unix ms. */
  sentAtMs: number;
  /** Its only run. */
  run?: ListedRun;
}

/** Joins what was sent to the runs that Temporal has. */
export function judge(deliveries: readonly Delivery[], runs: readonly ListedRun[], cluster: string): Judged[] {
  const byId = Map.groupBy(runs, ({ workflowId }) => workflowId);
  return deliveries.flatMap((delivery) =>
    delivery.batch.alerts.map((alert) => {
      const workflowId = runIdOf(alert, cluster);
      const own = byId.get(workflowId) ?? [];
      const fate = delivery.fate === 'held' ? fateOf(own) : 'undelivered';
      const [run] = own;
      return { workflowId, fate, sentAtMs: delivery.attempts[0]?.sentAtMs ?? Number.NaN, ...(run && { run }) };
    }),
  );
}

function fateOf([run, ...others]: readonly ListedRun[]): Fate {
  if (run === undefined) return 'lost';
  if (others.length > 0) return 'doubled';
  if (run.closedAtMs !== undefined) return run.status === 'COMPLETED' ? 'closed' : 'lost';
  return run.phase === 'Escalated' ? 'handedOver' : 'undecided';
}

/** The most of these moments (Unix ms) that lie within any window of that length. */
export function mostWithin(timesMs: readonly number[], windowMs: number): number {
  const sorted = [...timesMs].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  sorted.forEach((atMs, index) => {
    while ((sorted[first] ?? atMs) <= atMs - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
