import type { Attempt } from './attempt.ts';

/** The attempts that run now, by task queue: what a worker that dies takes with it. */
export class Attempts {
  readonly #running = new Map<string, Set<Attempt>>();

  /** Notes an attempt; returns what notes its end. */
  begin(taskQueue: string, attempt: Attempt): () => void {
    let running = this.#running.get(taskQueue);
    if (running === undefined) {
      running = new Set();
      this.#running.set(taskQueue, running);
    }
    running.add(attempt);
    return () => running.delete(attempt);
  }

  /** Takes all attempts of the queue away: their worker has died. */
  take(taskQueue: string): Attempt[] {
    const running = this.#running.get(taskQueue);
    const lost = [...(running ?? [])];
    running?.clear();
    return lost;
  }
}
