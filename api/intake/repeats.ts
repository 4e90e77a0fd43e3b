import type { Alert } from '../../domain/alert/alert.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';

const heldForMs = 10_000;
const mostRuns = 20_000;
/** A pair of Alertmanagers names two beginnings of one episode; more are somebody's own. */
const mostBeginnings = 8;

/** What was last handed to a run: its state, and when each beginning was handed in that state. */
interface Handed {
  status: Alert['status'];
  atMs: Map<Alert['startsAt'], number>;
}

/**
 * Remembers for ten seconds what was handed to Temporal, so that a sender who repeats an alert does not fill its run's
 * history. Only the same state with the same beginning is a repeat: another episode, or a firing after a resolved, never.
 */
export interface Repeats {
  isRepeat(alert: Alert): boolean;
  /** Notes that Temporal holds the alert. */
  handed(alert: Alert): void;
}

/** A memory of 20,000 runs at most; what it has lost is merely handed over again. */
export function createRepeats(now: () => number): Repeats {
  const runs = new Map<string, Handed>();
  return {
    isRepeat(alert) {
      const last = runs.get(remediationWorkflowId(alert));
      if (last?.status !== alert.status) return false;
      return (last.atMs.get(alert.startsAt) ?? Number.NEGATIVE_INFINITY) > now() - heldForMs;
    },
    handed(alert) {
      const id = remediationWorkflowId(alert);
      const last = runs.get(id);
      const handed = last?.status === alert.status ? last : { status: alert.status, atMs: new Map<string, number>() };
      keepLatest(handed.atMs, [alert.startsAt, now()], mostBeginnings);
      keepLatest(runs, [id, handed], mostRuns);
    },
  };
}

/** Sets a key as the latest one; the one that was set the longest ago is forgotten where there are more than `most`. */
export function keepLatest<T>(map: Map<string, T>, [key, value]: [key: string, value: T], most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
