import { describe, expect, it } from '@jest/globals';
import type { RunningPart } from '../../cli/parts.ts';
import { type ServeDeps, serve } from '../../cli/serve.ts';
import { loadConfig } from '../../config/config.ts';
import { createLogger } from '../../telemetry/log.ts';

const config = loadConfig({ env: {} });

/** Parts that write down what happens to them; `broken` names one whose start fails. */
function fakeParts(broken?: string) {
  const happened: string[] = [];
  const start = (name: string) => async (): Promise<RunningPart> => {
    if (name === broken) throw new Error(`${name} cannot start`);
    happened.push(`${name} started`);
    return { close: async () => void happened.push(`${name} closed`) };
  };
  let askToStop = (_signal: string) => {};
  const deps: ServeDeps = {
    starters: { api: start('api'), worker: start('worker'), watcher: start('watcher') },
    stopAsked: new Promise((resolve) => {
      askToStop = resolve;
    }),
    log: createLogger({ level: 'silent', name: 'test' }),
  };
  return { deps, happened, askToStop: (signal: string) => askToStop(signal) };
}

describe('serve', () => {
  it('starts the parts named, and closes them when asked to stop', async () => {
    const { deps, happened, askToStop } = fakeParts();
    const serving = serve(['worker'], config, deps);
    askToStop('SIGTERM');
    await serving;
    expect(happened).toEqual(['worker started', 'worker closed']);
  });

  it('closes what it has started when a later part cannot start, and fails with its error', async () => {
    const { deps, happened } = fakeParts('worker');
    await expect(serve(['api', 'worker'], config, deps)).rejects.toThrow('worker cannot start');
    expect(happened).toEqual(['api started', 'api closed']);
  });

  it('closes every part even when one fails to close, and says so', async () => {
    const { deps, happened, askToStop } = fakeParts();
    deps.starters.api = async () => ({ close: () => Promise.reject(new Error('stuck')) });
    askToStop('SIGINT');
    await expect(serve(['api', 'worker'], config, deps)).rejects.toThrow('stuck');
    expect(happened).toEqual(['worker started', 'worker closed']);
  });
});
