import { Command } from 'commander';
import type { Explanation } from '../../domain/analysis/explain.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { ApiClient } from '../client.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from '../options.ts';
import { isDocumentFormat, printDocument } from '../output/document.ts';
import { findRun } from '../run-reference.ts';
import type { Terminal } from '../terminal.ts';
import { alertsNamed } from './alert-argument.ts';
import { explanationInWords } from './explanation-in-words.ts';

interface ExplainOptions extends ServerOptions {
  output?: string;
  run?: string;
}

/** Each is a live look at a cluster. */
const mostAlerts = 20;

async function explainAlerts(terminal: Terminal, given: readonly string[], options: ExplainOptions): Promise<void> {
  const api = clientFor(terminal, options);
  const questions = await questionsOf(terminal, api, given, options.run);
  const asked = questions.slice(0, mostAlerts);
  const explanations: Explanation[] = [];
  for (const question of asked) explanations.push(await api.post<Explanation>('/v1/policies/explain', question));
  const left = questions.length - asked.length;
  if (left > 0) terminal.say(`${left} more alerts are not explained; name one by its labels.`);
  if (isDocumentFormat(options.output)) {
    const [only, ...others] = explanations;
    return printDocument(terminal, options.output, others.length === 0 ? only : explanations);
  }
  for (const [index, explanation] of explanations.entries()) {
    if (index > 0) terminal.print('');
    for (const line of explanationInWords(explanation)) terminal.print(line);
  }
}

async function questionsOf(
  terminal: Terminal,
  api: ApiClient,
  given: readonly string[],
  run: string | undefined,
): Promise<object[]> {
  if (run === undefined) return (await alertsNamed(terminal, given)).map((alert) => ({ alert }));
  if (given.length > 0) throw new MendflowError('INVALID_REQUEST', 'name an alert or --run, not both');
  return [{ run: await findRun(api, run) }];
}

/** `mendflow explain`: what would become of an alert right now, and why; nothing is changed. */
export function explainCommand(terminal: Terminal): Command {
  const command = new Command('explain')
    .description('Explain what an alert would lead to now: policy, target, checks, ladder, each rule’s verdict')
    .argument('[alert...]', 'a file (webhook body, or one alert, as JSON), - for stdin, or labels as name=value')
    .option('--run <run>', 'the alert of a run, judged as if it came now');
  return withServer(withOutput(command, ['json', 'yaml'])).action((given: string[], options: ExplainOptions) =>
    explainAlerts(terminal, given, options),
  );
}
