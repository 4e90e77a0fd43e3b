import { Command, Option } from 'commander';
import type { RunSummary } from '../api/ports.ts';
import { outcomes, phases } from '../domain/run/outcome.ts';
import { clientFor, countUpTo, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import { type Column, table } from './output/table.ts';
import { ago } from './output/times.ts';
import type { Terminal } from './terminal.ts';

interface ListOptions extends ServerOptions {
  output?: string;
  namespace?: string;
  workload?: string;
  policy?: string;
  phase?: string;
  outcome?: string;
  since?: string;
  limit: number;
  cursor?: string;
}

/** A page of runs, as the API answers it. */
interface RunList {
  runs: RunSummary[];
  nextCursor?: string;
}

function columns(nowMs: number): Column<RunSummary>[] {
  return [
    { head: 'NAMESPACE', cell: ({ namespace }) => namespace },
    { head: 'WORKLOAD', cell: ({ workload }) => workload },
    { head: 'ALERT', cell: ({ alertname }) => alertname },
    { head: 'POLICY', cell: ({ policy }) => policy },
    { head: 'STATE', cell: ({ outcome, phase, closedAt, status }) => outcome ?? (closedAt ? status : phase) },
    { head: 'REASON', cell: ({ reason }) => reason },
    { head: 'AGE', cell: ({ startedAt }) => ago(startedAt, nowMs) },
    { head: 'CLUSTER', cell: ({ cluster }) => cluster, isWide: true },
    { head: 'STARTED', cell: ({ startedAt }) => startedAt, isWide: true },
    { head: 'CLOSED', cell: ({ closedAt }) => closedAt, isWide: true },
    { head: 'ID', cell: ({ id }) => id },
  ];
}

async function listRuns(terminal: Terminal, options: ListOptions): Promise<void> {
  const { output, namespace, workload, policy, phase, outcome, since, limit, cursor } = options;
  const query = { namespace, workload, policy, phase, outcome, since, limit, cursor };
  const page = await clientFor(terminal, options).get<RunList>('/v1/remediations', query);
  if (isDocumentFormat(output)) return printDocument(terminal, output, page);
  if (output === 'name') for (const { id } of page.runs) terminal.print(id);
  else if (page.runs.length === 0) terminal.say('No runs found.');
  else for (const line of table(page.runs, columns(terminal.now()), output === 'wide')) terminal.print(line);
  if (page.nextCursor !== undefined) terminal.say(`There are more runs: add --cursor ${page.nextCursor}`);
}

/** `mendflow list`: the runs of a filter as a table. */
export function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('List runs: those still running first, then those that ended last')
    .option('-n, --namespace <name>', 'only runs of this namespace')
    .addOption(new Option('-A, --all-namespaces', 'runs of every namespace (the default)').conflicts('namespace'))
    .option('--workload <kind/name>', 'only runs of this workload, such as Deployment/checkout')
    .option('--policy <name>', 'only runs that this policy drives')
    .addOption(new Option('--phase <phase>', 'only runs in this phase').choices(phases))
    .addOption(new Option('--outcome <outcome>', 'only runs with this outcome').choices(outcomes))
    .option('--since <time>', 'only runs that started since then: 2h, or a time in RFC 3339')
    .option('--limit <count>', 'show at most this many, up to 200', countUpTo(200), 50)
    .option('--cursor <cursor>', 'continue after an earlier page');
  return withServer(withOutput(command, ['json', 'yaml', 'wide', 'name'])).action((options: ListOptions) =>
    listRuns(terminal, options),
  );
}
