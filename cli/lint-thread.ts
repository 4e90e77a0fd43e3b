import { Worker } from 'node:worker_threads';
import type { LintResult, LintSettings, PolicyFile } from '../config/lint-files.ts';
import { MendflowError } from '../domain/run/errors.ts';

/** What a thread is started with; the actions are its own import, because they cannot be sent. */
export interface LintWork {
  files: readonly PolicyFile[];
  settings: Omit<LintSettings, 'actions'>;
}

interface ThreadLimits {
  /** Threads at once; further ones are refused with OVERLOADED. */
  atOnce: number;
  /** Longer than this no policies are looked at. */
  deadlineMs: number;
  heapMb: number;
}

const defaultLimits: ThreadLimits = { atOnce: 2, deadlineMs: 8_000, heapMb: 64 };

/**
 * Lints in a thread with a heap and a deadline of its own, so that policies made to be hard cannot hold up the process.
 * Rejects with TOO_COMPLEX where they are not done in time or memory, with OVERLOADED while others are being linted.
 */
export function createLintThread(
  settings: Omit<LintSettings, 'actions' | 'nowMs'>,
  given: Partial<ThreadLimits> = {},
): (files: readonly PolicyFile[], nowMs: number) => Promise<LintResult> {
  const { atOnce, ...limits } = { ...defaultLimits, ...given };
  let running = 0;
  return async (files, nowMs) => {
    if (running >= atOnce) {
      throw new MendflowError('OVERLOADED', `${running} sets of policies are being linted already.`, {
        retryAfterMs: limits.deadlineMs,
      });
    }
    running += 1;
    try {
      return await inThread({ files, settings: { ...settings, nowMs } }, limits);
    } finally {
      running -= 1;
    }
  };
}

async function inThread(work: LintWork, { deadlineMs, heapMb }: Omit<ThreadLimits, 'atOnce'>): Promise<LintResult> {
  const worker = new Worker(new URL('./lint-worker.ts', import.meta.url), {
    ...{ workerData: work, env: {}, execArgv: [] },
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8 },
  });
  const tooComplex = (what: string) =>
    new MendflowError('TOO_COMPLEX', `Linting these policies takes more than ${what}.`);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<LintResult>((resolve, reject) => {
      timer = setTimeout(() => reject(tooComplex(`${deadlineMs / 1_000} s`)), deadlineMs);
      worker.once('message', resolve);
      worker.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooComplex(`${heapMb} MB`) : error),
      );
      worker.once('exit', (code) => reject(new Error(`the thread that lints ended with ${code} and said nothing`)));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
