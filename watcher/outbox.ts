import { setTimeout as sleep } from 'node:timers/promises';
import type { Posted } from './intake.ts';
import type { WatchedAlert } from './watched-alert.ts';

/** Waits between tries, ms. */
export interface OutboxPace {
  firstWaitMs: number;
  longestWaitMs: number;
}

const usualPace: OutboxPace = { firstWaitMs: 200, longestWaitMs: 15_000 };
/** Alerts of one delivery; more wait for the next one, which follows at once. */
const deliverySize = 200;

/** What the outbox needs of the outside. */
export interface OutboxDeps {
  post(alerts: readonly WatchedAlert[]): Promise<Posted>;
  /** Told after every try: how it went and how many alerts still wait. */
  tried(posted: Posted, waiting: number): void;
  pace?: Partial<OutboxPace>;
}

/** Alerts on their way to the intake. */
export interface Outbox {
  /** Takes the newest state of an alert in place of one that still waits. */
  put(alert: WatchedAlert): void;
  /** Stops trying; what waits is lost, and is found again by whoever looks at the cluster next. */
  close(): Promise<void>;
}

/**
 * Delivers the newest state of every alert, in the order in which they came, until the intake has taken it: one delivery
 * at a time, and after a failure a wait that doubles up to a bound, at random. Nothing is ever given up while it is open.
 */
export function openOutbox({ post, tried, pace = {} }: OutboxDeps): Outbox {
  const { firstWaitMs, longestWaitMs } = { ...usualPace, ...pace };
  const waiting = new Map<string, WatchedAlert>();
  const stop = new AbortController();
  let running: Promise<void> | undefined;

  const deliver = async (): Promise<Posted> => {
    const batch = [...waiting.values()].slice(0, deliverySize);
    const posted = await post(batch);
    for (const alert of posted.result === 'taken' ? batch : []) {
      // What changed meanwhile is another state, and goes with the next delivery.
      if (waiting.get(alert.fingerprint) === alert) waiting.delete(alert.fingerprint);
    }
    tried(posted, waiting.size);
    return posted;
  };
  const run = async () => {
    let failures = 0;
    while (waiting.size > 0 && !stop.signal.aborted) {
      const posted = await deliver();
      failures = posted.result === 'taken' ? 0 : failures + 1;
      if (posted.result === 'taken') continue;
      const wholeMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 30));
      const waitMs = Math.max(wholeMs * (0.5 + Math.random() / 2), Math.min(posted.retryAfterMs ?? 0, longestWaitMs));
      await sleep(waitMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const wake = () => {
    // Everything that is put in one go is one delivery.
    running ??= Promise.resolve()
      .then(run)
      .finally(() => {
        running = undefined;
        if (waiting.size > 0 && !stop.signal.aborted) wake();
      });
  };
  return {
    put(alert) {
      waiting.set(alert.fingerprint, alert);
      wake();
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}
