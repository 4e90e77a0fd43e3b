import { accessSync, constants, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Progress } from '../progress.ts';
import { SandboxError } from '../sandbox-error.ts';
import { build } from './build.ts';
import { cachedBinary, cacheFolder, makeWritable } from './cache.ts';
import { catalogue } from './catalogue.ts';
import { download } from './download.ts';
import { withLock } from './lock.ts';
import { run } from './run.ts';
import type { Recipe, Server } from './server.ts';

/** The variable that names a server's program, such as MENDFLOW_BIN_KUBE_APISERVER. */
export function binaryVariable(name: string): string {
  return `MENDFLOW_BIN_${name.toUpperCase().replaceAll('-', '_')}`;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A way to make a server that is not on this machine yet; it puts the finished program at the target or rejects. */
type Source = (
  server: Server,
  place: { folder: string; target: string },
  tell: (detail: string) => void,
) => Promise<void>;

/** Ways to get a server, the next one is tried when one rejects. */
export const sources: readonly Source[] = [download, build];

/** What the resolution depends on; everything has a default. */
export interface Surroundings {
  env?: NodeJS.ProcessEnv;
  servers?: readonly Server[];
  sources?: readonly Source[];
}

function fromEnvironment(server: Server, env: NodeJS.ProcessEnv): string | undefined {
  const file = env[binaryVariable(server.name)];
  if (!file) return undefined;
  if (isProgram(file)) return file;
  throw new SandboxError(`${binaryVariable(server.name)} names ${file}, which is not a program`);
}

/** What programs printed as their version; they are asked once. */
const printedBy = new Map<string, Promise<string>>();

async function versionOf(file: string, args: readonly string[]): Promise<string> {
  const known = printedBy.get(file) ?? run(file, args, { timeoutMs: 5_000 }).catch(() => '');
  printedBy.set(file, known);
  return known;
}

/** The first program on PATH whose version fits. */
async function fromPath(server: Server, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const command of server.commands) {
      const file = join(folder, command);
      if (!isProgram(file)) continue;
      if (server.fits(await versionOf(file, server.versionArgs))) return file;
    }
  }
  return undefined;
}

const toolchains: Record<Recipe['kind'], string> = {
  'go-install': 'install Go 1.21 or newer, with which it is built',
  'go-build': 'install Go 1.21 or newer, with which it is built',
  maven: 'install Java 17 or newer and Maven, with which it is fetched',
};

function everyRoute(server: Server, folder: string, refusals: readonly string[]): string {
  const { name, version, commands } = server;
  const ways = [
    `set ${binaryVariable(name)} to the program`,
    ...(commands.length === 0 ? [] : [`put ${commands.join(' or ')} of that version on PATH`]),
    `put it in the cache as ${cachedBinary(folder, server)}`,
    'let this machine reach the internet, so that the official release is downloaded',
    toolchains[server.recipe.kind],
  ];
  const numbered = ways.map((way, index) => `  ${index + 1}. ${way}`);
  return [`${name} ${version} cannot be had here: ${refusals.join('; ')}. Ways to provide it:`, ...numbered].join('\n');
}

/** Makes the program under a lock, in a folder of its own, and puts it in place in one rename. */
async function make(server: Server, folder: string, ways: readonly Source[], progress: Progress): Promise<string> {
  const target = cachedBinary(folder, server);
  makeWritable(join(folder, 'bin'));
  const step = progress.begin(`getting ${server.name} ${server.version}`);
  const wait = (owner?: number) => step.tell(`process ${owner ?? ''} is getting it`);
  return withLock(`${target}.lock`, wait, async () => {
    if (isProgram(target)) {
      step.done('from another process');
      return target;
    }
    const refusals: string[] = [];
    for (const way of ways) {
      const work = mkdtempSync(join(folder, 'bin', `.${server.name}-`));
      try {
        await way(server, { folder: work, target }, step.tell);
        step.done('kept in the cache');
        return target;
      } catch (error) {
        refusals.push(error instanceof Error ? error.message : String(error));
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    }
    step.failed('cannot be had');
    throw new SandboxError(everyRoute(server, folder, refusals));
  });
}

/**
 * The path of a server's program: the environment variable, else PATH where the version fits, else the cache, else a
 * checksummed download, else a build; rejects with all these ways when none works.
 */
export async function resolveBinary(
  name: string,
  progress: Progress,
  { env = process.env, servers = catalogue, sources: ways = sources }: Surroundings = {},
): Promise<string> {
  const server = servers.find((candidate) => candidate.name === name);
  if (!server) throw new SandboxError(`no server ${name}; there are ${servers.map((each) => each.name).join(', ')}`);
  const given = fromEnvironment(server, env) ?? (await fromPath(server, env));
  if (given !== undefined) return given;
  const folder = cacheFolder(env);
  const cached = cachedBinary(folder, server);
  return existsSync(cached) ? cached : make(server, folder, ways, progress);
}
