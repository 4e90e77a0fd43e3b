import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { Alert } from '../domain/alert.ts';
import { hubTaskQueue, workflowTypes } from '../domain/contract.ts';
import type { Joined } from '../domain/run-messages.ts';
import { startAttributesOf, startSummaryOf } from '../domain/run-start.ts';
import type { Closing } from './ending.ts';
import { rootMessage } from './people.ts';
import { type RemediationInput, type Run, tell } from './run.ts';

/**
 * Gives the alerts that joined this run runs of their own where this run ends without having healed the workload or
 * handed it to a person, and those that joined after its work was over.
 */
export async function driveOnJoined(run: Run, ending: Closing): Promise<void> {
  const speaksForThem = ending.kind === 'remediated' || ending.kind === 'recovered' || isWithPerson(ending);
  const joined = run.joined.splice(0);
  const left = joined.filter(({ isLate }) => isLate === true || !speaksForThem);
  await Promise.all(left.map((one) => driveOn(run, one)));
}

/** Who takes over takes the workload: an automatic run on it at once would be in their way. */
const isWithPerson = ({ kind, ...ending }: Closing) =>
  kind === 'escalated' || ('reason' in ending && ending.reason === 'takenOver');

async function driveOn(run: Run, { workflowId, alertname, alert }: Joined): Promise<void> {
  if (alert === undefined) {
    tell(run, `${workflowId} joined this run without its alert and is not driven on`);
    return;
  }
  try {
    await startChild(workflowTypes.remediation, optionsOf(workflowId, alert));
    tell(run, `${alertname}, which had joined, is driven on by a run of its own`);
  } catch (error) {
    // It has fired again and has a run already.
    tell(run, `${alertname}, which had joined, is not driven on: ${rootMessage(error)}`);
  }
}

function optionsOf(workflowId: string, alert: Alert) {
  const input: RemediationInput = { alert };
  const attributes = Object.entries(startAttributesOf(alert));
  return {
    workflowId,
    taskQueue: hubTaskQueue,
    args: [input],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    typedSearchAttributes: attributes.map(([name, value]) => ({ key: { name, type: 'KEYWORD' as const }, value })),
    staticSummary: startSummaryOf(alert),
  };
}
