import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A sandbox of this user in which Mendflow runs, as `npm start` leaves it behind while it is up. */
export interface RunningSandbox {
  name: string;
  /** Address of its api. */
  server: string;
  /** Token of the person for whom it was started. */
  token: string;
}

interface StateFile {
  pid?: unknown;
  env?: Record<string, unknown>;
}

/** The folder of what may be made anew: MENDFLOW_CACHE, else one in the user's cache folder; undefined without a home. */
export function cacheFolderOf(env: Record<string, string | undefined>): string | undefined {
  if (env.MENDFLOW_CACHE) return env.MENDFLOW_CACHE;
  const caches = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'));
  return caches ? join(caches, 'mendflow') : undefined;
}

/** Where the sandbox of that name keeps its data. */
export const sandboxFolder = (cache: string, name: string): string => join(cache, 'sandboxes', name);

/** What others must know of a sandbox, in its data folder while it runs. */
export const sandboxFile = (dataFolder: string): string => join(dataFolder, 'sandbox.json');

/** Names of the sandboxes that have data in this cache, running or not. */
export function sandboxNamesIn(cache: string): string[] {
  try {
    return readdirSync(sandboxFolder(cache, '')).sort();
  } catch {
    return [];
  }
}

/** The sandboxes that run, by name. A file that another user wrote, or whose process has ended, counts as none. */
export function runningSandboxes(env: Record<string, string | undefined>): RunningSandbox[] {
  const cache = cacheFolderOf(env);
  if (cache === undefined) return [];
  return sandboxNamesIn(cache).flatMap((name) => runningAt(name, sandboxFile(sandboxFolder(cache, name))) ?? []);
}

function runningAt(name: string, file: string): RunningSandbox | undefined {
  try {
    if (statSync(file).uid !== process.getuid?.()) return undefined;
    const { pid, env } = JSON.parse(readFileSync(file, 'utf8')) as StateFile;
    const { MENDFLOW_SERVER: server, MENDFLOW_TOKEN: token } = env ?? {};
    if (typeof pid !== 'number' || typeof server !== 'string' || typeof token !== 'string') return undefined;
    process.kill(pid, 0);
    return { name, server, token };
  } catch {
    // No file, half a file, or a process that has ended: nothing runs there.
    return undefined;
  }
}
