import type { Transport } from './transport.ts';
import { eventWrites } from './writes/events.ts';
import { jobWrites } from './writes/jobs.ts';
import { nodeWrites } from './writes/nodes.ts';
import { podCalls } from './writes/pod-calls.ts';
import { podWrites } from './writes/pods.ts';
import { workloadWrites } from './writes/workloads.ts';

/** The writes of the port: each is fenced by uid or by a name of its own, so that a repeat does no more. */
export const clusterWrites = (transport: Transport) => ({
  ...podWrites(transport),
  ...podCalls(transport),
  ...workloadWrites(transport),
  ...nodeWrites(transport),
  ...jobWrites(transport),
  ...eventWrites(transport),
});
