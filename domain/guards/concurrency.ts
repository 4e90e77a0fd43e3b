import { workloadKey } from '../target.ts';
import type { Guard } from './guard.ts';

const retryAfterMs = 15_000;

/** One run a workload: a second one joins the first. Bounded runs a namespace and a cluster: more must wait (G3). */
export const concurrency: Guard = ({ state, request, limits }) => {
  const key = workloadKey(request.target);
  const others = state.leases.filter((lease) => lease.runId !== request.runId);
  const holder = others.find((lease) => lease.workload === key);
  if (holder !== undefined) {
    return {
      kind: 'deny',
      reason: 'leasedByAnotherRun',
      detail: `${key} is held by ${holder.workflowId}`,
      holder: holder.workflowId,
    };
  }
  const inNamespace = others.filter((lease) => lease.namespace === request.target.namespace).length;
  if (inNamespace >= limits.concurrency.namespace) {
    return {
      kind: 'hold',
      reason: 'namespaceBusy',
      retryAfterMs,
      detail: `${inNamespace} remediations run in ${request.target.namespace}`,
    };
  }
  if (others.length >= limits.concurrency.cluster) {
    return {
      kind: 'hold',
      reason: 'clusterBusy',
      retryAfterMs,
      detail: `${others.length} remediations run in the cluster`,
    };
  }
  return undefined;
};
