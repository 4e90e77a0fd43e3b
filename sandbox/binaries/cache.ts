import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Server } from './server.ts';

/** The folder shared by demo, tests and benches: MENDFLOW_CACHE, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.MENDFLOW_CACHE) return env.MENDFLOW_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mendflow');
}

/** Where the server stands once it was got; a file there is complete and executable. */
export function cachedBinary(folder: string, server: Pick<Server, 'name' | 'version'>): string {
  return join(folder, 'bin', `${server.name}-${server.version}`);
}
