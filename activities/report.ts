import type { ClusterDeps } from './cluster-deps.ts';
import type { ReportInput } from './contract.ts';

const warnings: readonly ReportInput['event'][] = ['RemediationFailed', 'AwaitingApproval'];

/** Events on the pod and its workload; one that cannot be written is logged, for it must not change the outcome. */
export async function report(deps: ClusterDeps, { target, event, note, workflowId }: ReportInput): Promise<void> {
  const objects = [target.pod, target.workload].filter((ref) => ref !== undefined);
  const type = warnings.includes(event) ? 'Warning' : 'Normal';
  const recorded = objects.map(async (regarding) => {
    const key = `${workflowId}\n${event}\n${note}`;
    try {
      await deps.cluster.recordEvent({ regarding, reason: event, type, note, key, atMs: deps.now() });
    } catch (error) {
      const { kind, namespace, name } = regarding;
      const object = kind === 'Pod' ? { pod: name } : { workload: `${kind}/${name}` };
      deps.logger.warn({ err: error, workflowId, namespace, ...object, detail: event }, 'event not recorded');
    }
  });
  await Promise.all(recorded);
}
