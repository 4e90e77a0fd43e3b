import { Command } from 'commander';
import type { PausedDocument } from '../api/schemas/guard.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import type { Terminal } from './terminal.ts';

interface PauseOptions extends ServerOptions {
  output?: string;
  why: string;
  for?: string;
}

async function pause(terminal: Terminal, options: PauseOptions): Promise<void> {
  const api = clientFor(terminal, options);
  const guard = await api.post<PausedDocument>('/v1/guard/pause', {
    why: options.why,
    ...(options.for && { for: options.for }),
  });
  const id = guard.pauseId;
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, guard);
  if (options.output === 'name') terminal.print(id);
  else {
    const length = options.for === undefined ? '' : ` for ${options.for}`;
    terminal.print(`${guard.cluster} is paused${length}: ${options.why} (pause ${id})`);
  }
  const others = (guard.pauses ?? []).filter((pause) => pause.id !== id).length;
  if (others > 0)
    terminal.say(`${others} more ${others === 1 ? 'pause stands' : 'pauses stand'}; all must be lifted or end.`);
  terminal.say(`Lift it${options.for === undefined ? '' : ' sooner'} with: mendflow resume ${id}`);
}

/** `mendflow pause`: no act of the cluster starts until the pause is lifted or ends; several may stand at once. */
export function pauseCommand(terminal: Terminal): Command {
  const command = new Command('pause')
    .description(
      'Stop every act of the cluster until resumed, or for a time; several pauses may stand at once, each with its id',
    )
    .requiredOption('--why <text>', 'the reason, shown to everybody')
    .option('--for <time>', 'the pause ends by itself after so long, such as 2h; without it a person must lift it');
  return withServer(withOutput(command, ['json', 'yaml', 'name'])).action((options: PauseOptions) =>
    pause(terminal, options),
  );
}
