import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolderOf } from '../../config/running-sandboxes.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { Server } from './server.ts';

/** The folder shared by demo, tests and benches: MENDFLOW_CACHE, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return cacheFolderOf(env) ?? join(homedir(), '.cache', 'mendflow');
}

/** Where the server stands once it was got; a file there is complete and executable. */
export function cachedBinary(folder: string, server: Pick<Server, 'name' | 'version'>): string {
  return join(folder, 'bin', `${server.name}-${server.version}`);
}

/** Makes a folder of the cache where it is not there yet; where it cannot be written, rejects and says what to set. */
export function makeWritable(folder: string, mode = 0o777): void {
  try {
    mkdirSync(folder, { recursive: true, mode });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SandboxError(`${folder} cannot be written (${code}); set MENDFLOW_CACHE to a folder that can`);
  }
}
