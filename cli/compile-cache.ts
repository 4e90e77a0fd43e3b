import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where Node keeps compiled code between starts: the user's own cache folder, because code from a folder that others
 * can write to would be theirs. Where it cannot be written, Node goes without.
 */
export function compileCacheFolder(env: Record<string, string | undefined>): string {
  const own = env.MENDFLOW_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mendflow');
  return join(own, 'compiled');
}
