import type { Unhelpful } from '../domain/faults/unhelpful.ts';
import type { PlannedStep } from '../domain/policy/policy.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { noChangeBefore } from '../domain/target/change-before.ts';
import { workloadKinds } from '../domain/target/target.ts';
import type { Workload } from '../domain/target/workload.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { VerifyInput } from './contract.ts';

/**
 * Steps of the plan that cannot help because of how the workload came to be: a rollback that wants a change shortly before
 * the fault, where there was none. It is read only when such a step may come next, and before a person is asked.
 */
export async function unhelpfulSteps(
  { cluster }: ClusterDeps,
  { alert, previous }: VerifyInput,
  { steps, workload }: { steps: readonly PlannedStep[]; workload: Workload | undefined },
): Promise<Unhelpful[]> {
  const index = steps.findIndex(({ action, params }) => action === 'rollback' && 'changedWithinMinutes' in params);
  const minutes = steps[index]?.params.changedWithinMinutes;
  if (workload === undefined || typeof minutes !== 'number' || (previous === undefined && index > 0)) return [];
  if (!workloadKinds.some((kind) => kind === workload.ref.kind)) return [];
  const asked = { faultAtMs: Date.parse(alert.startsAt), withinMs: minutes * 60_000 };
  try {
    const why = noChangeBefore(await cluster.listRevisions(workload), asked);
    return why === undefined ? [] : [{ actions: ['rollback'], why }];
  } catch (error) {
    if (!(error instanceof MendflowError && error.code === 'PERMISSION_DENIED')) throw error;
    return [{ actions: ['rollback'], why: 'Mendflow has no right to read its earlier templates' }];
  }
}
