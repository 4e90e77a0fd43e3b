import { needsPod } from '../domain/policy/check-answers.ts';
import type { Check } from '../domain/policy/policy.ts';
import { MendflowError, replacedError } from '../domain/run/errors.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { ObjectRef, SubjectKind } from '../domain/target/target.ts';
import type { Workload } from '../domain/target/workload.ts';
import type { Action } from './actions/define-action.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { RemediateInput } from './contract.ts';

/** The action that a step names. Throws NOT_APPLICABLE when this worker has no such action. */
export function actionOf({ actions }: ClusterDeps, name: string): Action {
  const action = actions.find((known) => known.name === name);
  if (action === undefined) throw new MendflowError('NOT_APPLICABLE', `there is no action ${name}`);
  return action;
}

/** What the action acts on. Throws NOT_APPLICABLE when the run is about nothing of that kind. */
export function refFor(action: Action, { target }: Pick<RemediateInput, 'target'>): ObjectRef {
  const { kind } = target.workload;
  const subject = kind === 'Job' || kind === 'Node' ? kind : 'Workload';
  if (action.targets.includes(subject)) return target.workload;
  if (action.targets.includes('Pod') && target.pod !== undefined) return target.pod;
  const seen = `the fault was verified on ${target.pod === undefined ? `a ${kind}` : `a pod of a ${kind}`}`;
  throw new MendflowError('NOT_APPLICABLE', `${action.name} acts on a ${action.targets.join(' or ')}; ${seen}`);
}

/** One round of reads: what is acted on, and the pod that the checks are about. */
export async function readTogether(
  { cluster }: ClusterDeps,
  ref: ObjectRef,
  { target, checks }: Pick<RemediateInput, 'target'> & { checks: readonly Check[] },
) {
  const { namespace, name } = ref;
  if (ref.kind === 'Pod') {
    const pod = await cluster.getPod(namespace, name);
    return { target: pod, pod };
  }
  const asksPod = target.pod !== undefined && needsPod(checks);
  const [workload, pod] = await Promise.all([
    cluster.getWorkload(ref.kind as SubjectKind, namespace, name),
    asksPod ? cluster.getPod(namespace, target.pod?.name ?? '') : undefined,
  ]);
  return { target: workload, pod };
}

/** Why the object that was read is not the one meant, or undefined when it is. */
export function vanished(ref: ObjectRef, live: Pod | Workload | undefined): MendflowError | undefined {
  const label = `${ref.kind} ${ref.namespace}/${ref.name}`;
  if (live === undefined) return new MendflowError('TARGET_GONE', `${label} is gone`);
  if (live.ref.uid !== ref.uid) return replacedError(label);
  return undefined;
}
