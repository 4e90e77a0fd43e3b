import { getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import type { JoinedWords } from '../domain/run/messages.ts';
import { joinedSignal } from './messages.ts';
import type { Run } from './run.ts';

/** Tells another run that this one's alert is its from now on. False when that run has ended. */
export async function joins(run: Run, holder: string, asks?: JoinedWords): Promise<boolean> {
  const { alert, id } = run;
  try {
    const joined = { alert, workflowId: id.workflowId, ...(asks && { asks }) };
    await getExternalWorkflowHandle(holder).signal(joinedSignal, joined);
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}
