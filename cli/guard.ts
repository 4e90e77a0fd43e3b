import { Command } from 'commander';
import type { GuardDocument } from '../api/schemas/guard.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import { guardInWords } from './output/guard-in-words.ts';
import type { Terminal } from './terminal.ts';

interface GuardOptions extends ServerOptions {
  output?: string;
}

async function showGuard(terminal: Terminal, options: GuardOptions): Promise<void> {
  const guard = await clientFor(terminal, options).get<GuardDocument>('/v1/guard');
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, guard);
  if (options.output === 'name') terminal.print(`guard/${guard.cluster}`);
  else for (const line of guardInWords(guard, terminal.now(), options.output === 'wide')) terminal.print(line);
}

/** `mendflow guard`: what limits every run of the cluster, and how much of it is left. */
export function guardCommand(terminal: Terminal): Command {
  const command = new Command('guard').description(
    'Show what limits every run: pauses, storm, permits, budgets, cooldowns, incidents; -o wide adds lifted pauses, resets and acts',
  );
  return withServer(withOutput(command, ['json', 'yaml', 'wide', 'name'])).action((options: GuardOptions) =>
    showGuard(terminal, options),
  );
}
