import { heartbeat } from '@temporalio/activity';
import { optOutLabel } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { isNeverTouched, ofOnePlace, ticketOf } from './act-fence.ts';
import { contextOf, notPaused } from './action-context.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { RemediateResult, UndoInput } from './contract.ts';
import { homeOf } from './resolve-target.ts';
import { actionOf, readTogether, refFor, vanished } from './step-target.ts';

/**
 * Takes back what a step changed, if it is still as the step left it. A target that is gone needs no undoing. The ticket
 * of the step serves, whenever it ended: what was done with it may be taken back. Throws TICKET_INVALID, PAUSED,
 * NOT_APPLICABLE for an action that has no undo or an object that a person took out, and the codes of the port's writes.
 */
export async function undo(deps: ClusterDeps, input: UndoInput): Promise<RemediateResult> {
  ticketOf(deps, input, { isBack: true });
  ofOnePlace(input);
  const action = actionOf(deps, input.step.action);
  if (action.undo === undefined) throw new MendflowError('NOT_APPLICABLE', `${action.name} cannot be undone`);
  const ref = refFor(action, input);
  const { namespace } = input.target;
  const [{ target }, home] = await Promise.all([
    readTogether(deps, ref, { target: input.target, checks: [] }),
    homeOf(deps.cluster, namespace),
  ]);
  heartbeat();
  const gone = vanished(ref, target);
  if (gone !== undefined || target === undefined) return { summary: gone?.message ?? '', changed: false };
  const isOut = [target.labels, home?.labels].some((labels) => labels?.[optOutLabel] === 'disabled');
  if (isOut || isNeverTouched(deps.identity, namespace)) {
    throw new MendflowError('NOT_APPLICABLE', `${ref.kind} ${ref.name} or its namespace is out of remediation`);
  }
  await notPaused(deps, { target: input.target });
  const { summary, changed = true } = await action.undo(
    contextOf(deps, input, target, { dryRun: false }),
    input.step.params,
  );
  return { summary, changed };
}
