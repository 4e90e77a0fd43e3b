import { Command } from 'commander';
import type { RecordsDocument } from '../../api/schemas/explain.ts';
import { defaultLimits, type GuardLimits } from '../../domain/guard/rules/rule.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import type { Reach } from '../../domain/run/retention.ts';
import { loadSimulation } from '../../simulation/index.ts';
import type { ApiClient } from '../client.ts';
import { clientFor, countValue, type ServerOptions, withOutput, withServer } from '../options.ts';
import { isDocumentFormat, printDocument } from '../output/document.ts';
import type { Terminal } from '../terminal.ts';
import { backtestInWords } from './backtest-in-words.ts';
import { policiesAt } from './policies.ts';

interface BacktestOptions extends ServerOptions {
  output?: string;
  since: string;
  limit: number;
}

async function backtestPolicies(terminal: Terminal, paths: readonly string[], options: BacktestOptions): Promise<void> {
  const policies = await policiesAt(terminal, paths);
  const { records, guardLimits, isCapped, ...reach } = await readRecords(clientFor(terminal, options), options);
  const { backtest } = await loadSimulation();
  const result = await backtest(records, policies, guardLimits);
  if (isDocumentFormat(options.output)) {
    return printDocument(terminal, options.output, { since: options.since, ...reach, isCapped, ...result });
  }
  for (const line of backtestInWords(result, options.output === 'wide')) terminal.print(line);
  if (reach.missing !== undefined) terminal.say(reach.missing);
  if (isCapped) terminal.say(`Only the latest ${records.length} runs were read; read more with --limit.`);
  for (const assumption of result.assumptions) terminal.say(assumption);
}

const pageSize = 100;

interface Read extends Partial<Reach> {
  records: RunRecord[];
  guardLimits: GuardLimits;
  isCapped: boolean;
}

async function readRecords(api: ApiClient, { since, limit }: BacktestOptions): Promise<Read> {
  const read: Read = { records: [], guardLimits: defaultLimits, isCapped: false };
  let cursor: string | undefined;
  do {
    const size = Math.min(pageSize, limit - read.records.length);
    const page = await api.get<RecordsDocument>('/v1/remediations/export', { since, limit: size, cursor });
    read.records.push(...page.records);
    read.guardLimits = page.guardLimits;
    read.wholeSince = page.wholeSince;
    if (page.missing !== undefined) read.missing = page.missing;
    cursor = page.nextCursor;
  } while (cursor !== undefined && read.records.length < limit);
  return { ...read, isCapped: cursor !== undefined };
}

/** `mendflow backtest`: recorded runs judged by other policies; nothing is changed. */
export function backtestCommand(terminal: Terminal): Command {
  const command = new Command('backtest')
    .description('Judge past runs by other policies: what would have been done, refused, done differently')
    .argument('<path...>', 'policies as one set: files, folders with *.yaml, or - for stdin')
    .option(
      '--since <time>',
      'ended runs since then, as far back as Temporal keeps them: 30d, or a time in RFC 3339',
      '30d',
    )
    .option('--limit <count>', 'read at most this many runs, the latest', countValue, 1_000);
  return withServer(withOutput(command, ['json', 'yaml', 'wide'])).action((paths: string[], options: BacktestOptions) =>
    backtestPolicies(terminal, paths, options),
  );
}
