import { clusterReads } from './cluster-reads.ts';
import { clusterWrites } from './cluster-writes.ts';
import type { Cluster } from './port.ts';
import type { Transport } from './transport.ts';
import type { VitalSigns } from './vitals.ts';

/** The port over the API server's REST interface. */
export function createApiCluster(
  transport: Transport,
  { logDeadlineMs, vitals, close }: { logDeadlineMs: number; vitals: VitalSigns; close: () => Promise<void> },
): Cluster {
  return { ...clusterReads(transport, logDeadlineMs), ...clusterWrites(transport), vitals: vitals.now, close };
}
