import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NowQuestion, PlayAnswer } from '../domain/analysis/explain.ts';

interface ThreadLimits {
  /** Longer than this nobody waits for an answer. */
  deadlineMs: number;
  /** A thread that nobody has asked for so long is ended: it holds the whole simulation. */
  idleMs: number;
  heapMb: number;
}

const defaultLimits: ThreadLimits = { deadlineMs: 3_000, idleMs: 60_000, heapMb: 192 };

/** Plays runs in a thread of its own, in whose heap the clock is virtual. */
export interface PlayThread {
  /** What a run would do now, in one sentence. Rejects where that takes too long. */
  playNow(question: NowQuestion): Promise<string>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(would: string): void;
  reject(error: Error): void;
}

/** No thread runs before the first question. */
export function createPlayThread(given: Partial<ThreadLimits> = {}): PlayThread {
  const { deadlineMs, idleMs, heapMb } = { ...defaultLimits, ...given };
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let asked = 0;
  let isLoaded = false;

  const end = async (why = new Error('the thread that plays runs was ended')) => {
    clearTimeout(idle);
    const ending = thread;
    thread = undefined;
    for (const { reject } of waiting.values()) reject(why);
    waiting.clear();
    await ending?.terminate();
  };
  const begin = () => {
    const cache = getCompileCacheDir();
    const begun = new Worker(new URL('../simulation/explain/thread.ts', import.meta.url), {
      ...{ env: {}, execArgv: [], workerData: { ...(cache && { compiled: dirname(cache) }) } },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    isLoaded = false;
    begun.unref();
    begun.on('message', ({ id, would, failure }: PlayAnswer) => {
      isLoaded = true;
      if (would === undefined) waiting.get(id)?.reject(new Error(failure));
      else waiting.get(id)?.resolve(would);
    });
    begun.on('error', (error) => void end(error));
    return begun;
  };
  return {
    async playNow(question) {
      clearTimeout(idle);
      thread ??= begin();
      asked += 1;
      const id = asked;
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<string>((resolve, reject) => {
          waiting.set(id, { resolve, reject });
          timer = setTimeout(() => {
            reject(new Error(`the play took longer than ${deadlineMs / 1_000} s`));
            // One that has played before hangs now; one that is still loading serves the next question.
            if (isLoaded) void end();
          }, deadlineMs);
          thread?.postMessage({ id, question });
        });
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
        clearTimeout(idle);
        if (waiting.size === 0) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    close: () => end(),
  };
}
