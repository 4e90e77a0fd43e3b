import { Argument, Command } from 'commander';
import { type Config, loadConfig } from '../config/config.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { type PartName, partNames, parts, type RunningPart, type StartPart } from './parts.ts';

/** What `serve` needs of the outside, so that it can be tested without servers. */
export interface ServeDeps {
  starters: Record<PartName, StartPart>;
  /** Resolves with the signal's name when the process is asked to stop. */
  stopAsked: Promise<string>;
  log: Logger;
}

async function closeAll(running: readonly RunningPart[], log: Logger): Promise<void> {
  const results = await Promise.allSettled(running.map((part) => part.close()));
  const failures = results.filter((result) => result.status === 'rejected');
  for (const { reason } of failures) log.error({ err: reason }, 'a part did not close cleanly');
  if (failures.length > 0) throw failures[0]?.reason;
}

/** Starts the parts in order, waits for the signal, closes them. When one cannot start, those started are closed first. */
export async function serve(names: readonly PartName[], config: Config, deps: ServeDeps): Promise<void> {
  const running: RunningPart[] = [];
  try {
    for (const name of names) running.push(await deps.starters[name](config));
  } catch (cause) {
    deps.log.error({ err: cause }, 'cannot start');
    await closeAll(running.reverse(), deps.log);
    throw cause;
  }
  deps.log.info({ detail: names.join(', ') }, 'serving');
  const signal = await deps.stopAsked;
  deps.log.info({ detail: signal }, 'stopping');
  await closeAll(running.reverse(), deps.log);
  deps.log.info('stopped');
}

/** The first SIGTERM or SIGINT; a second one ends the process at once, for people who cannot wait. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(1);
        isAsked = true;
        resolve(signal);
      });
    }
  });
}

/** `mendflow serve [api|worker|watcher]…`: runs the parts named, or all, until SIGTERM or SIGINT. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Run parts of Mendflow until SIGTERM or SIGINT; without names, all of them')
    .addArgument(new Argument('[parts...]', 'parts to run; all when none is named').choices(partNames))
    .option('--config <file>', 'configuration file (default: $MENDFLOW_CONFIG)')
    .action(async (named: PartName[], options: { config?: string }) => {
      const names = named.length === 0 ? partNames : partNames.filter((name) => named.includes(name));
      const config = loadConfig({ env: process.env, file: options.config, parts: names });
      const log = createLogger({ level: config.log.level, name: 'mendflow' });
      await serve(names, config, { starters: parts, stopAsked: stopSignal(), log });
    });
}
