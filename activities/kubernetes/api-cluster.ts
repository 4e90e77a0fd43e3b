import { clusterReads } from './cluster-reads.ts';
import type { Cluster } from './port.ts';
import type { Transport } from './transport.ts';
import type { VitalSigns } from './vitals.ts';
import { eventWrites } from './writes/events.ts';
import { jobWrites } from './writes/jobs.ts';
import { nodeWrites } from './writes/nodes.ts';
import { podCalls } from './writes/pod-calls.ts';
import { podWrites } from './writes/pods.ts';
import { workloadWrites } from './writes/workloads.ts';

/** The port over the API server's REST interface. */
export function createApiCluster(
  transport: Transport,
  { logDeadlineMs, vitals, close }: { logDeadlineMs: number; vitals: VitalSigns; close: () => Promise<void> },
): Cluster {
  return { ...clusterReads(transport, logDeadlineMs), ...clusterWrites(transport), vitals: vitals.now, close };
}

/** The writes of the port: each is fenced by uid or by a name of its own, so that a repeat does no more. */
const clusterWrites = (transport: Transport) => ({
  ...podWrites(transport),
  ...podCalls(transport),
  ...workloadWrites(transport),
  ...nodeWrites(transport),
  ...jobWrites(transport),
  ...eventWrites(transport),
});
