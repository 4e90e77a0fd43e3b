import { resolveBinary } from './binaries.ts';
import type { Progress } from './progress.ts';
import { type PartName, partServers } from './start-parts.ts';

/** All parts; without monitoring, and saying why, where Prometheus or Alertmanager cannot be had. */
export async function partsToHave(progress: Progress): Promise<PartName[]> {
  const all = Object.keys(partServers) as PartName[];
  try {
    for (const server of partServers.monitoring) await resolveBinary(server, progress);
    return all;
  } catch (error) {
    progress.say(`Without Prometheus and Alertmanager: ${error instanceof Error ? error.message : error}`);
    return all.filter((name) => name !== 'monitoring');
  }
}
