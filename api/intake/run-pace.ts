import type { Alert } from '../../domain/alert/alert.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';
import { type CallBackAfter, msUntilOne, refill, type TokenBucket } from './pacing.ts';
import { keepLatest } from './repeats.ts';

/** A run is handed so many alerts at once; afterwards what came meanwhile is handed over once in each window of `oneMoreMs`. */
export const runPaceLimits = { atOnce: 6, oneMoreMs: 5_000 };
const mostRuns = 20_000;

interface Parts<Fate> {
  now: () => number;
  after: CallBackAfter;
  /** Hands over an alert that had to wait. */
  handOver: (alert: Alert) => Promise<Fate>;
}

/** What waits for the end of a run's window: the latest alert of a state, and all who wait for it. */
interface Waiting<Fate> {
  alert: Alert;
  waiters: { alert: Alert; resolve: (fate: Fate | 'superseded') => void; reject: (error: unknown) => void }[];
}

/** The bucket holds how many alerts may be handed over; it grows by one in each window. */
interface Run<Fate> extends TokenBucket {
  waiting: Map<Alert['status'], Waiting<Fate>>;
}

/**
 * Limits how often a run is handed alerts, whatever their beginnings and states are, so that no sender can fill its
 * history. Nothing is lost: whoever waits learns what became of the latest alert, and that one was handed over.
 */
export interface RunPace<Fate> {
  /** True, and counted, where the alert may be handed over now. */
  admits(alert: Alert): boolean;
  /**
   * Hands over at the end of the run's window the firing and the resolved alert that began last, in the order in which
   * the states came. Resolves when its own or the later one of the same state is held, rejects where that failed.
   */
  atWindowEnd(alert: Alert): Promise<Fate | 'superseded'>;
}

/** Knows 20,000 runs at most; one that it has forgotten begins anew. */
export function createRunPace<Fate>({ now, after, handOver }: Parts<Fate>): RunPace<Fate> {
  const runs = new Map<string, Run<Fate>>();

  const runOf = (alert: Alert): Run<Fate> => {
    const id = remediationWorkflowId(alert);
    const run = runs.get(id) ?? { left: runPaceLimits.atOnce, atMs: now(), waiting: new Map() };
    refill(run, runPaceLimits, now());
    // One with somebody waiting is kept by its timer; when it is forgotten here, only its count begins anew.
    keepLatest(runs, [id, run], mostRuns);
    return run;
  };

  const handWaiting = async (run: Run<Fate>) => {
    const waiting = [...run.waiting.values()];
    run.waiting = new Map();
    run.left -= 1;
    for (const { alert, waiters } of waiting) {
      try {
        const fate = await handOver(alert);
        for (const waiter of waiters) waiter.resolve(waiter.alert === alert ? fate : 'superseded');
      } catch (error) {
        for (const { reject } of waiters) reject(error);
      }
    }
  };

  return {
    admits(alert) {
      const run = runOf(alert);
      // What waits came first, and a state that overtakes another one would be the wrong one in the end.
      if (run.waiting.size > 0 || run.left < 1) return false;
      run.left -= 1;
      return true;
    },
    atWindowEnd(alert) {
      const run = runOf(alert);
      if (run.waiting.size === 0) after(msUntilOne(run, runPaceLimits), () => void handWaiting(run));
      const { promise, resolve, reject } = Promise.withResolvers<Fate | 'superseded'>();
      // Whoever asked may have given up meanwhile.
      promise.catch(() => {});
      const waiting = run.waiting.get(alert.status) ?? { alert, waiters: [] };
      if (!beganLater(waiting.alert, alert)) waiting.alert = alert;
      waiting.waiters.push({ alert, resolve, reject });
      run.waiting.delete(alert.status);
      run.waiting.set(alert.status, waiting);
      return promise;
    },
  };
}

const beganLater = (one: Alert, other: Alert) => Date.parse(one.startsAt) > Date.parse(other.startsAt);
