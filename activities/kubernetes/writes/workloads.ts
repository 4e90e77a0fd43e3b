import { touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import type { WorkloadKind } from '../../../domain/target/target.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { autoscalers, workloads } from '../paths.ts';
import { type Cluster, restartAnnotation, type WorkloadChange } from '../port.ts';
import type { Transport } from '../transport.ts';
import { annotating, fencedPatch, type Operation, writeQuery } from './fenced-patch.ts';

/** What `kubectl rollout restart` writes, so that its users see ours in the same place. */
const kubectlAnnotation = 'kubectl.kubernetes.io/restartedAt';

type Writes = Pick<Cluster, 'restartWorkload' | 'changeWorkload' | 'setAutoscalerMax'>;

/** What is done to a workload, or to what scales it. */
export function workloadWrites(transport: Transport): Writes {
  return {
    async restartWorkload(ref, { token, atMs, dryRun }) {
      const template = { [restartAnnotation]: token, [kubectlAnnotation]: new Date(atMs).toISOString() };
      await transport.text({
        method: 'PATCH',
        path: workloads(ref.kind as WorkloadKind, ref.namespace, ref.name),
        query: writeQuery(dryRun),
        contentType: 'application/merge-patch+json',
        body: {
          metadata: { uid: ref.uid, annotations: { [touchAnnotation]: token } },
          spec: { template: { metadata: { annotations: template } } },
        },
      });
    },
    async changeWorkload(workload, change, marking) {
      const { ref, generation, annotations } = workload;
      const operations: Operation[] = [
        // It rises with every change of the spec, whoever makes it.
        { op: 'test', path: '/metadata/generation', value: generation },
        ...annotating(annotations, marking),
        ...operationsOf(workload, change),
      ];
      const path = workloads(ref.kind as WorkloadKind, ref.namespace, ref.name);
      await fencedPatch(transport, path, { ref, operations, dryRun: marking.dryRun });
    },
    async setAutoscalerMax({ ref, max: was, annotations }, max, marking) {
      const path = '/spec/maxReplicas';
      const operations: Operation[] = [
        { op: 'test', path, value: was },
        ...annotating(annotations, marking),
        { op: 'replace', path, value: max },
      ];
      await fencedPatch(transport, autoscalers(ref.namespace, ref.name), { ref, operations, dryRun: marking.dryRun });
    },
  };
}

function operationsOf({ desired, containers = [], ref }: Workload, change: WorkloadChange): Operation[] {
  switch (change.kind) {
    case 'replicas':
      return [
        { op: 'test', path: '/spec/replicas', value: desired },
        { op: 'replace', path: '/spec/replicas', value: change.to },
      ];
    case 'template':
      return [{ op: 'replace', path: '/spec/template', value: change.to.template }];
    case 'memory': {
      const index = containers.findIndex(({ name }) => name === change.container);
      if (index === -1) throw new MendflowError('NOT_APPLICABLE', `${ref.name} has no container ${change.container}`);
      const at = `/spec/template/spec/containers/${index}/resources`;
      const { limit, request } = change.to;
      return [
        { op: 'test', path: `${at}/limits/memory`, value: containers[index]?.memoryLimit },
        { op: 'replace', path: `${at}/limits/memory`, value: limit },
        ...(request === undefined ? [] : [{ op: 'add' as const, path: `${at}/requests/memory`, value: request }]),
      ];
    }
    case 'none':
      return [];
    default:
      return change satisfies never;
  }
}
