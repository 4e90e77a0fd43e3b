import { workloadKey } from '../../target/target.ts';
import { actingLeases } from '../state.ts';
import { defineRule } from './rule.ts';

const retryAfterMs = 15_000;
/** Open questions to people that the guard keeps; nobody answers more. */
const questionsAtMost = 100;

/** One run a workload: a second one joins the first. */
export const concurrency = defineRule({
  name: 'concurrency',
  statements: ['G3'],
  summary:
    'Lets one run at a time work on a workload, others join it; holds while a namespace or the cluster has enough. A question to a person reserves its workload only.',
  reasons: ['leasedByAnotherRun', 'namespaceBusy', 'clusterBusy'],
  settings: ['config: guard.concurrency'],
  judge: ({ state, request, limits }) => {
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
    const acting = actingLeases({ leases: others });
    if (others.length - acting.length >= questionsAtMost) {
      return {
        kind: 'hold',
        reason: 'clusterBusy',
        retryAfterMs,
        detail: `${questionsAtMost} questions wait for people`,
      };
    }
    const inNamespace = acting.filter((lease) => lease.namespace === request.target.namespace).length;
    if (inNamespace >= limits.concurrency.namespace) {
      return {
        kind: 'hold',
        reason: 'namespaceBusy',
        retryAfterMs,
        detail: `${inNamespace} remediations run in ${request.target.namespace}`,
      };
    }
    if (acting.length >= limits.concurrency.cluster) {
      return {
        kind: 'hold',
        reason: 'clusterBusy',
        retryAfterMs,
        detail: `${acting.length} remediations run in the cluster`,
      };
    }
    return undefined;
  },
});
