import type { Target } from '../domain/target/target.ts';
import { isNeverTouched } from './act-fence.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { ReportInput } from './contract.ts';

/** Every object must be of the one place that is said, and a policy in force must name it. */
function mayBeWritten({ policies, identity }: ClusterDeps, { namespace, workload, pod }: Target): boolean {
  if (workload.namespace !== namespace || (pod !== undefined && pod.namespace !== namespace)) return false;
  if (isNeverTouched(identity, namespace)) return false;
  return policies().some(({ spec: { scope } }) =>
    namespace === '' ? scope.nodes !== undefined : scope.namespaces.includes(namespace),
  );
}

const warnings: readonly ReportInput['event'][] = ['RemediationFailed', 'AwaitingApproval'];

/**
 * Events on the pod and its workload; one that cannot be written is logged, for it must not change the outcome. Where no
 * policy in force may act nothing is written, so that whoever can write to Temporal cannot write there either.
 */
export async function report(deps: ClusterDeps, { target, event, note, workflowId }: ReportInput): Promise<void> {
  if (!mayBeWritten(deps, target)) {
    const { namespace } = target;
    deps.logger.warn({ workflowId, namespace, detail: event }, 'event not recorded: no policy in force acts there');
    return;
  }
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
