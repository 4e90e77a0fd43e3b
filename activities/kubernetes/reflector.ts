import { setTimeout as sleep } from 'node:timers/promises';
import { MendflowError } from '../../domain/run/errors.ts';
import { listAll, watchFrom } from './list-watch.ts';
import type { Pace, Reflected, ReflectorEvents, Round } from './reflection.ts';
import type { Transport } from './transport.ts';

const usualPace: Pace = { firstWaitMs: 100, longestWaitMs: 15_000, steadyMs: 5_000, idleMs: 150_000 };

/** A collection that is followed until `close`, which resolves when no event comes any more. */
export interface Following {
  close(): Promise<void>;
}

/**
 * Follows a collection for ever: lists it in pages, watches from there, and goes on from the last version seen when a
 * watch ends or is cut. Lists anew when the API server has forgotten that version (410) or could not be reached; waits
 * between tries, longer and longer up to a bound, at random so that many do not come at once. Never tells that objects
 * are gone because the server is. Holds no object itself, but for those of a list until its last page has come.
 */
export function reflect<T>(
  transport: Pick<Transport, 'json' | 'lines'>,
  reflected: Reflected<T>,
  events: ReflectorEvents<T>,
  pace: Partial<Pace> = {},
): Following {
  const stop = new AbortController();
  const done = follow({ transport, reflected, events, pace: { ...usualPace, ...pace }, signal: stop.signal });
  return {
    async close() {
      stop.abort();
      await done;
    },
  };
}

async function follow<T>(round: Round<T>): Promise<void> {
  const { events, pace, signal } = round;
  let version: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = performance.now();
    let error: MendflowError | undefined;
    try {
      version ??= await listAll(round);
      version = await watchFrom(round, version);
    } catch (cause) {
      version = undefined;
      error = asMendflowError(cause);
    }
    if (signal.aborted) return;
    const isGood = error === undefined && performance.now() - startedMs >= pace.steadyMs;
    failures = isGood ? 0 : failures + 1;
    if (isGood) continue;
    const waitMs = Math.max(backoffMs(failures, pace), error?.retryAfterMs ?? 0);
    if (error !== undefined) events.trouble?.(error, waitMs);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Doubles with each failure up to the bound; between half of it and all of it, at random. */
function backoffMs(failures: number, { firstWaitMs, longestWaitMs }: Pace): number {
  const wholeMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(wholeMs * (0.5 + Math.random() / 2));
}

function asMendflowError(cause: unknown): MendflowError {
  return cause instanceof MendflowError
    ? cause
    : new MendflowError('INTERNAL', `the watch broke: ${(cause as Error).message}`, { cause });
}
