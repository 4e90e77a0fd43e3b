import { Command, Option } from 'commander';
import type { RunSummary } from '../api/ports.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { outcomes, phases } from '../domain/run/outcome.ts';
import { clientFor, countUpTo, durationValue, type ServerOptions, withOutput, withServer } from './options.ts';
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
  watch?: boolean;
  timeout?: number;
  headers: boolean;
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

/** Visibility is asked at most this often for one watcher. */
const everyMs = 2_000;

async function listRuns(terminal: Terminal, options: ListOptions): Promise<void> {
  const { output, namespace, workload, policy, phase, outcome, since, limit, cursor } = options;
  const query = { namespace, workload, policy, phase, outcome, since, limit, cursor };
  const api = clientFor(terminal, options);
  const look = () => api.get<RunList>('/v1/remediations', query);
  if (options.watch) return watchRuns(terminal, options, look);
  const page = await look();
  if (isDocumentFormat(output)) return printDocument(terminal, output, page);
  if (output === 'name') for (const { id } of page.runs) terminal.print(id);
  else if (page.runs.length === 0) terminal.say('No runs found.');
  else printRuns(terminal, page.runs, options);
  if (page.nextCursor !== undefined) terminal.say(`There are more runs: add --cursor ${page.nextCursor}`);
}

function printRuns(terminal: Terminal, runs: readonly RunSummary[], { output, headers }: ListOptions): void {
  const lines = table(runs, columns(terminal.now()), output === 'wide');
  for (const line of headers ? lines : lines.slice(1)) terminal.print(line);
}

/** Prints the runs, then each run that is new or has changed, until the time given is over. */
async function watchRuns(terminal: Terminal, options: ListOptions, look: () => Promise<RunList>): Promise<void> {
  if (isDocumentFormat(options.output)) {
    throw new MendflowError('INVALID_REQUEST', '--watch prints lines; leave out -o json and -o yaml');
  }
  const { timeout = Number.POSITIVE_INFINITY } = options;
  const untilMs = terminal.now() + timeout;
  let { headers } = options;
  let before: ReadonlySet<string> | undefined;
  for (;;) {
    const { runs } = await look();
    const fresh = runs.filter((run) => !before?.has(JSON.stringify(run)));
    if (options.output === 'name') for (const { id } of fresh) terminal.print(id);
    else if (fresh.length > 0) {
      printRuns(terminal, fresh, { ...options, headers });
      headers = false;
    } else if (before === undefined && headers) terminal.say('No runs yet; waiting for the first. Ctrl-C ends this.');
    before = new Set(runs.map((run) => JSON.stringify(run)));
    if (terminal.now() >= untilMs) return;
    await terminal.rest(Math.min(everyMs, untilMs - terminal.now()));
  }
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
    .option('--cursor <cursor>', 'continue after an earlier page')
    .option('-w, --watch', 'then print each run that is new or changes, until Ctrl-C')
    .option('--timeout <duration>', 'with --watch: stop after this time', durationValue)
    .option('--no-headers', 'leave out the line with the names of the columns');
  return withServer(withOutput(command, ['json', 'yaml', 'wide', 'name'])).action((options: ListOptions) =>
    listRuns(terminal, options),
  );
}
