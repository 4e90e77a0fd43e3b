import { sandboxFolder, sandboxNamesIn } from '../config/running-sandboxes.ts';
import { cacheFolder } from './binaries/cache.ts';
import { SandboxError } from './sandbox-error.ts';

/** Where the sandbox of that name keeps its data; rejects names that are no plain folder name. */
export function dataFolderOf(name: string, env: NodeJS.ProcessEnv = process.env): string {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
    throw new SandboxError(`${name} is not a valid name for a sandbox; use small letters, digits and dashes`);
  }
  return sandboxFolder(cacheFolder(env), name);
}

/** Names of sandboxes that have data on this machine, running or not. */
export const sandboxNames = (env: NodeJS.ProcessEnv = process.env): string[] => sandboxNamesIn(cacheFolder(env));
