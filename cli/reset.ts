import { Command } from 'commander';
import type { GuardDocument } from '../api/schemas/guard.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import type { Terminal } from './terminal.ts';

interface ResetOptions extends ServerOptions {
  output?: string;
  why: string;
}

async function reset(terminal: Terminal, workload: string, options: ResetOptions): Promise<void> {
  const api = clientFor(terminal, options);
  const guard = await api.post<GuardDocument>('/v1/guard/reset', { workload, why: options.why });
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, guard);
  terminal.print(`${workload}: cooldown, attempts and failures are forgotten; budgets still count its acts`);
}

/** `mendflow reset`: a workload may be remediated again; who and why stay in the guard's history. */
export function resetCommand(terminal: Terminal): Command {
  const command = new Command('reset')
    .description('Forget a workload’s cooldown, attempts and failures; budgets still count its acts')
    .argument('<workload>', 'as mendflow guard shows it: shop/Deployment/checkout')
    .requiredOption('--why <text>', 'why; recorded with the name of your token');
  return withServer(withOutput(command, ['json', 'yaml'])).action((workload: string, options: ResetOptions) =>
    reset(terminal, workload, options),
  );
}
