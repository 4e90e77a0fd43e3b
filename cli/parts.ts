import type { Config } from '../config/config.ts';

/** A part of Mendflow that runs until it is closed; `close` returns when its work in hand is done. */
export interface RunningPart {
  close(): Promise<void>;
}

/** Starts a part; rejects when it cannot be started. */
export type StartPart = (config: Config) => Promise<RunningPart>;

/** The parts that `serve` can start; each is loaded only when it is wanted. */
export const parts = {
  api: async (config) => {
    const { createLintThread } = await import('./lint-thread.ts');
    const lint = createLintThread({
      receivers: config.receivers.map(({ name }) => name),
      hasFallbackReceiver: config.receivers.some(({ fallback }) => fallback),
      isKeyMissing: config.approval.key.length === 0,
    });
    return (await import('../api/main.ts')).startApi(config, lint);
  },
  worker: async (config) => (await import('../worker/main.ts')).startWorker(config),
  watcher: async (config) => (await import('../watcher/main.ts')).startWatcher(config),
} as const satisfies Record<string, StartPart>;

/** Name of a part. */
export type PartName = keyof typeof parts;

/** All names, in the order of start. */
export const partNames = Object.keys(parts) as PartName[];
