import { Command } from 'commander';
import type { RunView } from '../../api/ports.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from '../options.ts';
import { isDocumentFormat, printDocument } from '../output/document.ts';
import { findRun, runArgument, runPath } from '../run-reference.ts';
import type { Terminal } from '../terminal.ts';
import { runInWords } from './run-in-words.ts';

interface DescribeOptions extends ServerOptions {
  output?: string;
  run?: string;
}

async function describeRun(terminal: Terminal, reference: string, options: DescribeOptions): Promise<void> {
  const api = clientFor(terminal, options);
  const view = await api.get<RunView>(runPath(await findRun(api, reference)), { run: options.run });
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, view);
  if (options.output === 'name') terminal.print(view.id);
  else for (const line of runInWords(view, terminal.now())) terminal.print(line);
}

/** `mendflow describe`: one run in full, with the commands that answer it. */
export function describeCommand(terminal: Terminal): Command {
  const command = new Command('describe')
    .description('Show one run: its ladder, verdicts and evidence, and how to answer it')
    .argument('<run>', runArgument)
    .option('--run <id>', 'Temporal’s run id of an earlier episode (default: the latest)');
  return withServer(withOutput(command, ['json', 'yaml', 'name'])).action(
    (reference: string, options: DescribeOptions) => describeRun(terminal, reference, options),
  );
}
