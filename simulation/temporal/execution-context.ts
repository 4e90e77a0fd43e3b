import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from './clock.ts';

/** Where code runs: in a scope of a workflow or in an attempt of an activity. It follows the code across its awaits. */
export interface ExecutionContext {
  readonly clock: Clock;
  /** What `Date.now()` says here. */
  readonly nowMs: number;
  /** The process that it runs in has died: nothing of it must go on. */
  readonly isDead: boolean;
}

/** A worker's log. */
export type Logger = Record<'trace' | 'debug' | 'info' | 'warn' | 'error', (message: string, fields?: object) => void>;

export const executionContexts = new AsyncLocalStorage<ExecutionContext>();

let isTaught = false;

/**
 * Workflows and activities read `Date.now()` and may set timers, as they do under Temporal. From now on both work in
 * virtual time for simulated code, and as ever for everybody else.
 */
export function teachVirtualTime(): void {
  if (isTaught) return;
  isTaught = true;
  const realNow = Date.now;
  Date.now = () => executionContexts.getStore()?.nowMs ?? realNow();
  const realTimeout = globalThis.setTimeout;
  const virtualTimeout = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) => {
    const context = executionContexts.getStore();
    if (context === undefined) return realTimeout(callback, delayMs, ...args);
    const timer = context.clock.after(delayMs, () =>
      context.isDead ? false : executionContexts.run(context, callback, ...args),
    );
    return { unref: () => timer, ref: () => timer, [Symbol.dispose]: () => context.clock.cancel(timer) };
  };
  const value = Object.assign(virtualTimeout, realTimeout);
  Object.defineProperty(globalThis, 'setTimeout', { value, writable: true, configurable: true, enumerable: true });
}
