import type { Answer } from '../webhook.ts';
import type { Batch } from './batches.ts';

/** One request; moments are milliseconds since 1970. */
export interface Attempt {
  sentAtMs: number;
  answeredAtMs: number;
  /** 0: no answer in time, or a broken connection. */
  status: number;
  /** Why it was refused, in Mendflow's word. */
  code?: string;
}

/** What became of a batch: `held` was answered 2xx, `dropped` 3xx or 4xx, which Alertmanager never repeats. */
export interface Delivery {
  batch: Batch;
  attempts: Attempt[];
  fate: 'held' | 'dropped' | 'givenUp';
}

export interface SenderDeps {
  /** Rejects when there is no answer in time, and when the connection breaks. */
  post(body: string): Promise<Answer>;
  /** Unix ms. */
  now(): number;
  pause(ms: number): Promise<unknown>;
}

/** Alertmanager waits so long before the first repeat, half as long again before each further one, and a minute at most. */
const firstPauseMs = 500;
const growth = 1.5;
const longestPauseMs = 60_000;

/**
 * Delivers a batch as Alertmanager does, again and again while the answer is 5xx or none, and no sooner than Retry-After
 * says. Gives up after `limitMs`.
 */
export async function deliver(batch: Batch, deps: SenderDeps, limitMs: number): Promise<Delivery> {
  const attempts: Attempt[] = [];
  const untilMs = deps.now() + limitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * growth)) {
    const sentAtMs = deps.now();
    const { retryAfterMs = 0, ...answer } = await deps.post(batch.body).catch((): Answer => ({ status: 0 }));
    attempts.push({ sentAtMs, answeredAtMs: deps.now(), ...answer });
    const { status } = answer;
    if (status >= 200 && status < 300) return { batch, attempts, fate: 'held' };
    if (status >= 300 && status < 500) return { batch, attempts, fate: 'dropped' };
    const restMs = Math.max(pauseMs, retryAfterMs);
    if (deps.now() + restMs > untilMs) return { batch, attempts, fate: 'givenUp' };
    await deps.pause(restMs);
  }
}

/** Delivers every batch from its moment on, side by side. */
export async function deliverAll(
  batches: readonly Batch[],
  deps: SenderDeps,
  { limitMs, onHeld }: { limitMs: number; onHeld: (delivery: Delivery) => void },
): Promise<Delivery[]> {
  return Promise.all(
    batches.map(async (batch) => {
      await deps.pause(batch.dueMs);
      const delivery = await deliver(batch, deps, limitMs);
      onHeld(delivery);
      return delivery;
    }),
  );
}
