import { allHandlersFinished, ContinueAsNew, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { fitting, stopSending } from './people.ts';
import type { remediation } from './remediation.ts';
import type { Memory, Run } from './run.ts';

/** Events after which a run cuts its history; Temporal ends a run at 51,200. */
const eventsPerExecution = 4_000;

/**
 * Continues as new where the history is long. To be called where the run waits and would find its way back from its
 * memory alone: in an escalation and in a hold of the guard. Under a lease it does nothing. Messages that no receiver
 * has confirmed are sent again by the next execution.
 */
export async function continueIfLong(run: Run): Promise<void> {
  if (!mustContinue(run)) return;
  await Promise.all(run.background.splice(0));
  await stopSending(run, { isOld: true });
  if (!allHandlersFinished()) await condition(allHandlersFinished);
  await continueAsNew<typeof remediation>({
    alert: run.alert,
    carried: { ...memoryOf(run), pending: fitting(run.pending), runId: run.id.runId },
  });
}

/** True when the run should continue as new at its next rest: what waits for long must wake for it. */
export const mustContinue = ({ lease, stop }: Run): boolean => isLong() && lease === undefined && stop === undefined;

/** True for the way in which an execution ends that continues as new: no failure. */
export const isContinuing = (error: unknown): boolean => error instanceof ContinueAsNew;

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength >= eventsPerExecution || continueAsNewSuggested;
}

function memoryOf(run: Run): Memory {
  const { alert: _, id: __, cluster, isResolved, changesMs, lease, stop, ...rest } = run;
  const { unanswered, mayLookAgain, isClosing, isShowing, scope, background, outbox, ...memory } = rest;
  return memory;
}
