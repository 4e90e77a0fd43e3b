import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { root as checkout } from '../step.ts';
import { type Host, readHost, type Shown } from './host.ts';
import { newcomer, rootFs } from './root-fs.ts';

const home = newcomer.home;
const path = '/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How a command ended on the bare machine. */
export interface Ended {
  /** Undefined where it took too long and was ended. */
  code: number | undefined;
  tookMs: number;
  /** All that it printed. */
  logFile: string;
  lines: readonly string[];
}

/** A Debian with Node, npm and Go, a user with an empty home, and a fresh clone of HEAD in it. */
export interface BareMachine {
  /** `Debian 12 (minbase), Node v20.1.0, …`. */
  description: string;
  /** Types the command in the clone's folder, not on a terminal; prints what it prints. */
  type(command: string, withinMs: number): Promise<Ended>;
  /** Ends what still runs there and removes the machine; its caches stay. */
  remove(): void;
}

/** Go's packages and its compiled ones, and npm's packages: kept from one check to the next, in the places they have by themselves. */
function keptCaches(cache: string): Shown[] {
  const folders = { go: `${home}/go`, 'go-build': `${home}/.cache/go-build`, npm: `${home}/.npm` };
  return Object.entries(folders).map(([name, to]) => {
    const from = join(cache, 'kept', name);
    mkdirSync(from, { recursive: true });
    chownSync(from, newcomer.id, newcomer.id);
    return { from, to, isWritable: true };
  });
}

/** Puts a clone of HEAD into the home that the machine will show. */
function clone(upper: string): void {
  const folder = join(upper, home, 'mendflow');
  mkdirSync(join(upper, home), { recursive: true, mode: 0o755 });
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', checkout, folder], { stdio: 'inherit' });
  execFileSync('chown', ['-R', `${newcomer.id}:${newcomer.id}`, join(upper, home)]);
}

const prefix = 'machine-';

/** Removes what checks that were killed have left; those that run keep theirs. */
function sweepKilled(cache: string): void {
  for (const name of readdirSync(cache).filter((each) => each.startsWith(prefix))) {
    const [pid = ''] = name.slice(prefix.length).split('-');
    if (!existsSync(`/proc/${pid}`)) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/** The arguments that run enter.sh in namespaces of its own, which end when this process ends, however that is. */
function entering(lower: string, work: string, command: string): string[] {
  const script = join(import.meta.dirname, 'enter.sh');
  const places = [lower, join(work, 'upper'), work, join(work, 'mounts')];
  return [
    ...['--pdeathsig=KILL', 'unshare', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'],
    ...['/bin/sh', script, ...places, String(newcomer.id), `${home}/mendflow`, command],
  ];
}

/** Relays the output of the process, writes it to the file, and resolves when it has ended. */
async function follow(child: ChildProcess, logFile: string, withinMs: number): Promise<Ended> {
  const startedMs = Date.now();
  const log = createWriteStream(logFile);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      log.write(chunk);
      text += chunk.toString();
    });
  }
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, withinMs);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (ended) => resolve(ended ?? 1));
  });
  clearTimeout(late);
  log.end();
  const tookMs = Date.now() - startedMs;
  return { code: isLate ? undefined : code, tookMs, logFile, lines: text.trimEnd().split('\n') };
}

/** Makes the machine; throws where this one lacks a tool for it. The folder keeps the root file system, caches and logs. */
export async function bareMachine(cache: string): Promise<BareMachine> {
  const host: Host = readHost();
  mkdirSync(cache, { recursive: true });
  const lower = await rootFs(cache);
  sweepKilled(cache);
  const work = mkdtempSync(join(cache, `${prefix}${process.pid}-`));
  const upper = join(work, 'upper');
  const running = new Set<ChildProcess>();
  clone(upper);
  const mounts = [...host.shown, ...keptCaches(cache)];
  const lineOf = ({ from, to, isWritable }: Shown) => `${isWritable ? 'rw' : 'ro'}\t${from}\t${to}\n`;
  writeFileSync(join(work, 'mounts'), mounts.map(lineOf).join(''));
  return {
    description: `Debian 12 (minbase), ${host.versions}`,
    async type(command, withinMs) {
      const env = { PATH: path, HOME: home, USER: newcomer.name, ...host.env };
      const child = spawn('setpriv', entering(lower, work, command), { env, stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      const logFile = join(cache, `${command.replaceAll(/[^a-z]+/g, '-')}.log`);
      const ended = await follow(child, logFile, withinMs);
      running.delete(child);
      return ended;
    },
    remove() {
      for (const child of running) child.kill('SIGKILL');
      rmSync(work, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    },
  };
}
