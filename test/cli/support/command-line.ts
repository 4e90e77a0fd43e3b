import type { ApiDeps } from '../../../api/ports.ts';
import { commands } from '../../../cli/commands.ts';
import { runCommandLine } from '../../../cli/run.ts';
import type { Terminal } from '../../../cli/terminal.ts';
import { anApp, nowMs, personToken } from '../../support/api.ts';

/** A terminal that writes down what it is told. `answers` are what a person types, in order. */
export class FakeTerminal implements Terminal {
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly asked: string[] = [];
  readonly rested: number[] = [];
  env: Record<string, string | undefined> = {};
  isInteractive = false;
  isColored = false;
  exitCode = 0;
  input = '';
  answers: string[] = [];
  clockMs = nowMs;

  print = (line: string) => void this.out.push(line);
  say = (line: string) => void this.err.push(line);
  now = () => this.clockMs;
  readInput = async () => this.input;
  async ask(question: string) {
    this.asked.push(question);
    return this.answers.shift() ?? '';
  }
  /** Time passes at once. */
  async rest(ms: number) {
    this.rested.push(ms);
    this.clockMs += ms;
  }
}

/** What a command printed, and its exit code. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in this process; of the product's commands, unless others are given. */
export async function mendflow(args: string, terminal = new FakeTerminal(), entries = commands): Promise<Ran> {
  const words = [...args.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const code = await runCommandLine(words, terminal, entries);
  return { code, out: terminal.out.join('\n'), err: terminal.err.join('\n') };
}

/** An api that listens, and terminals whose environment names it and the token of ada. */
export interface ListeningApi {
  url: string;
  terminal(given?: Partial<FakeTerminal>): FakeTerminal;
  run(args: string, given?: Partial<FakeTerminal>): Promise<Ran>;
  close(): Promise<void>;
}

/** Starts an api over fakes on a free port. */
export async function listeningApi(deps: Partial<ApiDeps> = {}): Promise<ListeningApi> {
  // A busy machine is no reason to answer 503 here.
  const app = await anApp({ limits: { maxEventLoopDelayMs: 600_000 }, ...deps });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const terminal = (given: Partial<FakeTerminal> = {}) =>
    Object.assign(new FakeTerminal(), { env: { MENDFLOW_SERVER: url, MENDFLOW_TOKEN: personToken } }, given);
  return {
    url,
    terminal,
    run: (args, given) => mendflow(args, terminal(given)),
    close: async () => {
      await app.close();
    },
  };
}
