import { ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import type { Alert } from '../domain/alert/alert.ts';
import { hubTaskQueue, workflowTypes } from '../domain/run/contract.ts';
import { isAnsweredBy, type Joined } from '../domain/run/messages.ts';
import { startAttributesOf, startSummaryOf } from '../domain/run/start.ts';
import type { Closing } from './ending.ts';
import { rootMessage } from './people.ts';
import { type RemediationInput, type Run, tell } from './run.ts';

/** A run that has joined ends within seconds. */
const driveOnTries = 3;
const driveOnRetryMs = 5_000;

/**
 * Gives the alerts that joined this run runs of their own where it does not answer for them as it ends, and those that
 * joined after its work was over.
 */
export async function driveOnJoined(run: Run, ending: Closing): Promise<void> {
  const joined = run.joined.splice(0);
  const left = joined.filter((one) => one.isLate === true || !answersFor(run, ending, one));
  await Promise.all(left.map((one) => driveOn(run, one)));
}

/** A workload that is with a person is so for all its alerts. Healed is what the run looked at after it had acted. */
function answersFor({ alert, status }: Run, ending: Closing, joined: Run['joined'][number]): boolean {
  if (isWithPerson(ending)) return true;
  if (ending.kind !== 'remediated' && ending.kind !== 'recovered') return false;
  const actedAtMs = Date.parse(status.steps.at(-1)?.startedAt ?? '');
  return isAnsweredBy(joined, { labels: alert.labels, actedAtMs: Number.isNaN(actedAtMs) ? 0 : actedAtMs });
}

/** Who takes over takes the workload: an automatic run on it at once would be in their way. */
const isWithPerson = ({ kind, ...ending }: Closing) =>
  kind === 'escalated' || ('reason' in ending && ending.reason === 'takenOver');

async function driveOn(run: Run, { workflowId, alertname, alert }: Joined): Promise<void> {
  if (alert === undefined) {
    tell(run, `${workflowId} joined this run without its alert and is not driven on`);
    return;
  }
  for (let tries = 1; ; tries += 1) {
    try {
      await startChild(workflowTypes.remediation, optionsOf(workflowId, alert));
      return tell(run, `${alertname}, which had joined, is driven on by a run of its own`);
    } catch (error) {
      // The run that joined may not have ended yet; or the alert has fired again and has a run.
      const isThere = error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';
      if (!isThere || tries === driveOnTries)
        return tell(run, `${alertname}, which had joined, is not driven on: ${rootMessage(error)}`);
    }
    await sleep(driveOnRetryMs);
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
