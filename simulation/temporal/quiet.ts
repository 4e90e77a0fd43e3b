/**
 * Resolves when nothing is left to run: every promise that could go on has gone on. Node empties the queue of promises
 * before it turns to the next tick; asked for from within that queue, the tick therefore comes after all of them.
 */
export function quiet(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
}
