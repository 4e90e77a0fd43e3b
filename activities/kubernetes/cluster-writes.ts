import { fieldManager, touchAnnotation } from '../../domain/contract.ts';
import { MendflowError } from '../../domain/errors.ts';
import type { WorkloadKind } from '../../domain/target.ts';
import { eventBody } from './event-body.ts';
import { core, eventNamespace, events, workloads } from './paths.ts';
import { type Cluster, restartAnnotation } from './port.ts';
import type { Transport } from './transport.ts';
import { jobWrites } from './writes/jobs.ts';
import { nodeWrites } from './writes/nodes.ts';
import { podCalls } from './writes/pod-calls.ts';

/** What `kubectl rollout restart` writes, so that its users see ours in the same place. */
const kubectlAnnotation = 'kubectl.kubernetes.io/restartedAt';
const dryRunQuery = (dryRun: boolean) => ({ fieldManager, dryRun: dryRun ? 'All' : undefined });

export type ClusterWrites = Pick<Cluster, 'evictPod' | 'restartWorkload' | 'recordEvent'> &
  ReturnType<typeof nodeWrites> &
  ReturnType<typeof jobWrites> &
  ReturnType<typeof podCalls>;

/** The writes of the port: each is fenced by uid or by a name of its own, so that a repeat does no more. */
export function clusterWrites(transport: Transport): ClusterWrites {
  return {
    ...nodeWrites(transport),
    ...jobWrites(transport),
    ...podCalls(transport),
    async evictPod(pod, { gracePeriodSeconds, dryRun }) {
      await transport.text({
        method: 'POST',
        path: core(pod.namespace, 'pods', pod.name, 'eviction'),
        query: dryRunQuery(dryRun),
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: pod.name, namespace: pod.namespace },
          deleteOptions: {
            gracePeriodSeconds,
            preconditions: { uid: pod.uid },
            ...(dryRun ? { dryRun: ['All'] } : {}),
          },
        },
      });
    },
    async restartWorkload(ref, { token, atMs, dryRun }) {
      const template = { [restartAnnotation]: token, [kubectlAnnotation]: new Date(atMs).toISOString() };
      await transport.text({
        method: 'PATCH',
        path: workloads(ref.kind as WorkloadKind, ref.namespace, ref.name),
        query: dryRunQuery(dryRun),
        contentType: 'application/merge-patch+json',
        body: {
          metadata: { uid: ref.uid, annotations: { [touchAnnotation]: token } },
          spec: { template: { metadata: { annotations: template } } },
        },
      });
    },
    async recordEvent(event) {
      const call = { path: events(eventNamespace(event.regarding)), query: { fieldManager }, body: eventBody(event) };
      const recorded = transport.text({ method: 'POST', ...call });
      await recorded.catch((error: unknown) => {
        // The name is derived from the key: it is there already, from an earlier try.
        if (!(error instanceof MendflowError && error.code === 'CONFLICT')) throw error;
      });
    },
  };
}
