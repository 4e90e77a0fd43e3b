import { Command } from 'commander';
import type { RunView } from '../api/ports.ts';
import type { Outcome, TimelineEntry } from '../domain/run/outcome.ts';
import { lineInWords } from '../domain/run/timeline.ts';
import type { ApiClient } from './client.ts';
import { answersInWords } from './describe/answers.ts';
import { exitCodes } from './exit-codes.ts';
import { clientFor, durationValue, type ServerOptions, withOutput, withServer } from './options.ts';
import { escaped } from './output/document.ts';
import { findRun, runArgument, runPath } from './run-reference.ts';
import type { Terminal } from './terminal.ts';

interface FollowOptions extends ServerOptions {
  output?: string;
  timeout?: number;
}

/** The api asks the run itself each time. */
const everyMs = 1_000;

const exitCodeOf: Record<Outcome, number> = {
  remediated: exitCodes.ok,
  recovered: exitCodes.ok,
  merged: exitCodes.ok,
  notActionable: exitCodes.denied,
  denied: exitCodes.denied,
  escalated: exitCodes.failed,
  aborted: exitCodes.failed,
};

async function followRun(terminal: Terminal, reference: string, options: FollowOptions): Promise<void> {
  const api = clientFor(terminal, options);
  const id = await findRun(api, reference);
  const untilMs = options.timeout === undefined ? Number.POSITIVE_INFINITY : terminal.now() + options.timeout;
  const tell = createTeller(terminal, options.output === 'json');
  for (let view = await look(api, id); ; view = await look(api, id, goesOn(view) ? undefined : view.runId)) {
    tell(view);
    if (view.closedAt !== undefined && !goesOn(view)) return end(terminal, view);
    if (terminal.now() >= untilMs) {
      terminal.say(`${id} still runs; it waits for ${view.live?.waitingFor ?? 'its worker'}`);
      terminal.exitCode = exitCodes.timeout;
      return;
    }
    await terminal.rest(everyMs);
  }
}

/** A run that only cut its history goes on under the same id. */
const goesOn = ({ status, report }: RunView) => status === 'continued_as_new' && report === undefined;

/** A run that ends while it is followed is shown to its end, not the next episode. */
const look = (api: ApiClient, id: string, runId?: string) => api.get<RunView>(runPath(id), { run: runId });

/** Prints what is new, and each question once. */
function createTeller(terminal: Terminal, isJson: boolean): (view: RunView) => void {
  const told = new Set<string>();
  return ({ id, live, report }) => {
    for (const entry of (report ?? live)?.timeline ?? []) {
      const key = JSON.stringify(entry);
      if (told.has(key)) continue;
      told.add(key);
      terminal.print(isJson ? escaped(key) : entryInWords(entry));
    }
    const digest = live?.question?.digest;
    if (live === undefined || digest === undefined || told.has(digest)) return;
    told.add(digest);
    for (const line of answersInWords(id, live, terminal.now())) terminal.say(line);
  };
}

const entryInWords = (entry: TimelineEntry) =>
  `${entry.at}  ${entry.phase.padEnd(16)}  ${lineInWords(entry)}${entry.reason === undefined ? '' : ` [${entry.reason}]`}`;

function end(terminal: Terminal, { id, report, note, status }: RunView): void {
  terminal.say(report === undefined ? `${id} ${note ?? status}` : `${report.outcome}: ${report.summary}`);
  terminal.exitCode = report === undefined ? exitCodes.failed : exitCodeOf[report.outcome];
}

/** `mendflow follow`: the timeline of a run as it grows; ends with the run, and with the exit code of its outcome. */
export function followCommand(terminal: Terminal): Command {
  const command = new Command('follow')
    .description('Print what happens in a run until it ends; the exit code is its outcome')
    .argument('<run>', runArgument)
    .option('--timeout <duration>', 'give up after this time, with exit code 4 (default: never)', durationValue);
  return withServer(withOutput(command, ['json'])).action((reference: string, options: FollowOptions) =>
    followRun(terminal, reference, options),
  );
}
