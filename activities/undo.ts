import { heartbeat } from '@temporalio/activity';
import { MendflowError } from '../domain/errors.ts';
import { contextOf, notPaused } from './action-context.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { RemediateResult, UndoInput } from './contract.ts';
import { actionOf, readTogether, refFor, vanished } from './step-target.ts';

/**
 * Takes back what a step changed, if it is still as the step left it. A target that is gone needs no undoing. Throws
 * PAUSED, NOT_APPLICABLE for an action that has no undo, and the codes of the port's writes.
 */
export async function undo(deps: ClusterDeps, input: UndoInput): Promise<RemediateResult> {
  const action = actionOf(deps, input.step.action);
  if (action.undo === undefined) throw new MendflowError('NOT_APPLICABLE', `${action.name} cannot be undone`);
  const ref = refFor(action, input);
  const { target } = await readTogether(deps, ref, { target: input.target, checks: [] });
  heartbeat();
  const gone = vanished(ref, target);
  if (gone !== undefined || target === undefined) return { summary: gone?.message ?? '', changed: false };
  await notPaused(deps, { target: input.target, grantedAtMs: 0 });
  const { summary, changed = true } = await action.undo(
    contextOf(deps, input, target, { dryRun: false }),
    input.step.params,
  );
  return { summary, changed };
}
