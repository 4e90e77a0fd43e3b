import { resolveBinary } from '../sandbox/binaries.ts';
import { progressOn } from '../sandbox/progress.ts';

type ServerName = Parameters<typeof resolveBinary>[0];

/** Gets every server ready to start, with progress; returns those that cannot be had here, after saying why. */
export async function prepareServers(names: readonly string[]): Promise<Set<string>> {
  const missing = new Set<string>();
  const progress = progressOn(process.stderr);
  for (const name of names) {
    try {
      await resolveBinary(name as ServerName, progress);
    } catch (cause) {
      missing.add(name);
      progress.say(`${name}: ${(cause as Error).message}`);
    }
  }
  progress.close();
  return missing;
}
