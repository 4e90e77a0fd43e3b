import { clusterReads } from './cluster-reads.ts';
import { clusterWrites } from './cluster-writes.ts';
import type { Cluster } from './port.ts';
import type { Transport } from './transport.ts';

/** The port over the API server's REST interface. */
export function createApiCluster(
  transport: Transport,
  { logDeadlineMs, close }: { logDeadlineMs: number; close: () => Promise<void> },
): Cluster {
  return { ...clusterReads(transport, logDeadlineMs), ...clusterWrites(transport), close };
}
