import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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

const wordsOf = (args: string) =>
  [...args.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const main = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');

/** Runs a command line in a process of its own, where workflows can run: its loader puts our Temporal in the real one's place. */
export async function spawnedMendflow(args: string, given: Record<string, string>, input = ''): Promise<Ran> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...wordsOf(args)], { env: { ...env, NO_COLOR: '1', ...given } });
  child.stdin.end(input);
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, out: out.trimEnd(), err: err.trimEnd() };
}

/** Runs a command line in this process; of the product's commands, unless others are given. */
export async function mendflow(args: string, terminal = new FakeTerminal(), entries = commands): Promise<Ran> {
  const words = wordsOf(args);
  const code = await runCommandLine(words, terminal, entries);
  return { code, out: terminal.out.join('\n'), err: terminal.err.join('\n') };
}

/** An api that listens, and terminals whose environment names it and the token of ada. */
export interface ListeningApi {
  url: string;
  terminal(given?: Partial<FakeTerminal>): FakeTerminal;
  run(args: string, given?: Partial<FakeTerminal>): Promise<Ran>;
  /** In a process of its own. */
  spawn(args: string, input?: string): Promise<Ran>;
  close(): Promise<void>;
}

/** Starts an api over fakes on a free port. */
export async function listeningApi(deps: Partial<ApiDeps> = {}): Promise<ListeningApi> {
  // A busy machine is no reason to answer 503 here.
  const app = await anApp({ limits: { maxEventLoopDelayMs: 600_000 }, ...deps });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const env = { MENDFLOW_SERVER: url, MENDFLOW_TOKEN: personToken };
  const terminal = (given: Partial<FakeTerminal> = {}) => Object.assign(new FakeTerminal(), { env }, given);
  return {
    url,
    terminal,
    run: (args, given) => mendflow(args, terminal(given)),
    spawn: (args, input) => spawnedMendflow(args, env, input),
    close: async () => {
      await app.close();
    },
  };
}
