import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { PlayAnswer, PlayOrder } from '../../domain/analysis/explain.ts';
import { simulated } from '../redirect.ts';

// A thread of worker/play-thread.ts: it plays what it is asked until it is ended.
const { compiled } = workerData as { compiled?: string };
if (compiled !== undefined) enableCompileCache(compiled);
const { playNow } = await simulated<typeof import('./play-now.ts')>(new URL('./play-now.ts', import.meta.url));
// A thread that is terminated keeps nothing of what it compiled.
flushCompileCache();

async function answer({ id, question }: PlayOrder): Promise<void> {
  const said: PlayAnswer = await playNow(question).then(
    (would) => ({ id, would }),
    (error: unknown) => ({ id, failure: String(error) }),
  );
  parentPort?.postMessage(said);
}

parentPort?.on('message', (order: PlayOrder) => void answer(order));
