import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from './sandbox-error.ts';

/** A command to keep running. */
export interface ProcessSpec {
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the process; the parent's when absent. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Asked again and again until true; a rejection counts as not yet. */
  ready?: () => Promise<boolean>;
  /** Default 30 s. */
  readyWithinMs?: number;
}

/** A process under supervision; `pid` is the server's own. */
export interface Supervised {
  name: string;
  pid: number;
  logFile: string;
  isRunning: boolean;
  /** Resolves with a sentence on how it ended. */
  exited: Promise<string>;
}

interface Entry extends Supervised {
  spec: ProcessSpec;
  child: ChildProcess;
  isExpectedToEnd: boolean;
}

/**
 * Runs the command in place of this shell, beside a watcher that waits for the end of file descriptor 3. The parent
 * holds the other end, so that its death, however sudden, ends the whole process group. The watcher is a member of
 * that group: while it lives, nobody else can be given the group's number.
 */
const lifeline = [
  "(trap '' TERM HUP INT",
  'cat <&3',
  'kill -TERM -$$',
  'n=0; while kill -0 $$ && [ $n -lt 20 ]; do sleep 0.25; n=$((n+1)); done',
  'kill -KILL -$$) >/dev/null 2>&1 &',
  'exec "$@" 3<&-',
].join('\n');

const graceMs = 10_000;

/** Waits until the check holds, asking every 50 ms; false when time is over. */
export async function eventually(check: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    if (await check().catch(() => false)) return true;
    if (Date.now() > deadlineMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The last lines of a log, for an error message. */
export function tail(file: string, lines = 15): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/** Starts processes, each with a log file, and ends them in reverse order; none outlives this process. */
export class Supervisor {
  readonly #logFolder: string;
  readonly #entries = new Map<string, Entry>();
  readonly #onLost: (process: Supervised, how: string) => void;

  /** `onLost` hears of every process that ended without being asked to. */
  constructor(logFolder: string, onLost: (process: Supervised, how: string) => void = () => undefined) {
    mkdirSync(logFolder, { recursive: true });
    this.#logFolder = logFolder;
    this.#onLost = onLost;
  }

  /** Resolves when the process is ready; rejects with the end of its log when it ends or is late. */
  async start(spec: ProcessSpec): Promise<Supervised> {
    if (this.#entries.get(spec.name)?.isRunning) throw new SandboxError(`${spec.name} is running already`);
    const entry = await this.#spawn(spec);
    this.#entries.set(spec.name, entry);
    await this.#waitReady(entry);
    return entry;
  }

  /** The process of that name; rejects unknown names. */
  process(name: string): Supervised {
    return this.#entry(name);
  }

  /** Sends the signal to the process and resolves when it has ended. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const entry = this.#entry(name);
    entry.isExpectedToEnd = true;
    if (entry.isRunning) entry.child.kill(signal);
    await entry.exited;
  }

  /** Ends the process of that name, if there is one, as `stop` does. */
  async end(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry) await this.#end(entry);
  }

  /** Starts the process again with the same command, ports and data; ends it first when it still runs. */
  async restart(name: string): Promise<Supervised> {
    const entry = this.#entry(name);
    await this.#end(entry);
    return this.start(entry.spec);
  }

  /** Ends every process, the youngest first; kills what has not ended after 10 s. */
  async stop(): Promise<void> {
    for (const entry of [...this.#entries.values()].reverse()) await this.#end(entry);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    throw new SandboxError(`no process ${name}; there are ${[...this.#entries.keys()].join(', ')}`);
  }

  async #spawn(spec: ProcessSpec): Promise<Entry> {
    const logFile = join(this.#logFolder, `${spec.name}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn('/bin/sh', ['-c', lifeline, spec.name, spec.command, ...spec.args], {
      detached: true,
      stdio: ['ignore', log, log, 'pipe'],
      ...(spec.env && { env: spec.env }),
      ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    });
    closeSync(log);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(new SandboxError(`${spec.name} cannot be started: ${error.message}`)));
    });
    const rope = child.stdio[3];
    // The watcher ends before us when it is killed with the group; that is no error of ours.
    rope?.on('error', () => undefined);
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => {
        entry.isRunning = false;
        rope?.destroy();
        const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        resolve(how);
        if (!entry.isExpectedToEnd) this.#onLost(entry, how);
      });
    });
    const entry: Entry = {
      ...{ name: spec.name, pid: child.pid ?? 0, logFile, isRunning: true, exited },
      ...{ spec, child, isExpectedToEnd: false },
    };
    return entry;
  }

  async #waitReady(entry: Entry): Promise<void> {
    const { name, ready, readyWithinMs = 30_000 } = entry.spec;
    if (!ready) return;
    const isReady = await eventually(async () => !entry.isRunning || (await ready()), readyWithinMs);
    if (isReady && entry.isRunning) return;
    const how = entry.isRunning ? `is not ready after ${readyWithinMs / 1000} s` : await entry.exited;
    throw new SandboxError(`${name} ${how}; the end of ${entry.logFile}:\n${tail(entry.logFile)}`);
  }

  async #end(entry: Entry): Promise<void> {
    entry.isExpectedToEnd = true;
    if (!entry.isRunning) return;
    process.kill(-entry.pid, 'SIGTERM');
    const late = setTimeout(() => entry.isRunning && process.kill(-entry.pid, 'SIGKILL'), graceMs);
    await entry.exited;
    clearTimeout(late);
  }
}
