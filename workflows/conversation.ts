import { getExternalWorkflowHandle, isCancellation, ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import type { Alert } from '../domain/alert/alert.ts';
import type { ConversationReport } from '../domain/guard/conversations.ts';
import type { IncidentReport } from '../domain/guard/incidents.ts';
import { hubTaskQueue, workflowTypes } from '../domain/run/contract.ts';
import { isAnsweredBy, type Joined, type JoinedWords } from '../domain/run/messages.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { startAttributesOf, startSummaryOf } from '../domain/run/start.ts';
import { workloadKey } from '../domain/target/target.ts';
import { reportIncident } from './activities.ts';
import { rootMessage } from './failure.ts';
import { joinedSignal } from './messages.ts';
import { tell } from './progress.ts';
import type { FinalResult, NeedsPerson } from './result.ts';
import { levelsOf, type RemediationInput, type Run } from './state.ts';
import { hasToUndo } from './undo.ts';

/**
 * The run that asks a person about the workload already and has taken this one's word; undefined where this run speaks.
 * A run that must take something back later speaks for itself, and so does one whose guard named nobody and is silent.
 */
export async function joinConversation(run: Run, why: NeedsPerson): Promise<string | undefined> {
  const { target } = run.status;
  if (target === undefined) return undefined;
  const report = reportOf(run, workloadKey(target));
  let speaker = await otherOwner(run, report, why.speaker);
  if (speaker !== undefined && !hasToUndo(run)) {
    const [level] = levelsOf(run);
    if (await joins(run, speaker, { detail: why.detail, notify: level?.notify ?? [] })) return speaker;
    // Somebody ended it in Temporal.
    speaker = await otherOwner(run, { ...report, instead: speaker });
  }
  if (speaker === undefined) run.conversation = report.workload;
  return undefined;
}

/** The workload's next run that needs a person asks one again. */
export async function endConversation(run: Run): Promise<void> {
  const { conversation: workload } = run;
  if (workload === undefined) return;
  delete run.conversation;
  await otherOwner(run, { key: 'conversation', workflowId: run.id.workflowId, workload, tried: [], isOver: true });
}

function reportOf({ id, plan, status }: Run, workload: string): ConversationReport {
  const tried = status.steps.flatMap(({ action, result }) => (result === 'unhealthy' ? [action] : []));
  const stoppedAt = status.ladder[status.currentStep ?? -1]?.action;
  return {
    key: 'conversation',
    workflowId: id.workflowId,
    workload,
    ...(plan && { policy: plan.policy }),
    tried: [...new Set(tried)].slice(0, 5),
    ...(stoppedAt === undefined || tried.includes(stoppedAt) ? {} : { stoppedAt }),
  };
}

/**
 * Tells the guard of a trouble that may be larger than this run. The run that speaks about it to people, where that is
 * another one: the first that reported it. Where the guard does not answer, the one that it named before; where it named
 * none, each run speaks for itself.
 */
export async function otherOwner(
  run: Run,
  report: IncidentReport | ConversationReport,
  named?: string,
): Promise<string | undefined> {
  try {
    const { speaker } = await reportIncident({ cluster: run.alert.cluster, report });
    return speaker === run.id.workflowId ? undefined : speaker;
  } catch (error) {
    if (isCancellation(error)) throw error;
    tell(run, `the guard does not say which run asks a person: ${rootMessage(error)}`, { reason: 'guardUnavailable' });
    return named;
  }
}

/** The run that asks a person about a cluster that cannot be read, where that is another run. */
export async function spokenForBy(run: Run, reason: Reason): Promise<string | undefined> {
  if (reason !== 'clusterUnavailable') return undefined;
  return otherOwner(run, { key: 'clusterUnavailable', workflowId: run.id.workflowId });
}

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

/** A run that has joined ends within seconds. */
const driveOnTries = 3;
const driveOnRetryMs = 5_000;

/**
 * Gives the alerts that joined this run runs of their own where it does not answer for them as it ends, and those that
 * joined after its work was over.
 */
export async function driveOnJoined(run: Run, result: FinalResult): Promise<void> {
  const joined = run.joined.splice(0);
  const left = joined.filter((one) => one.isLate === true || !answersFor(run, result, one));
  await Promise.all(left.map((one) => driveOn(run, one)));
}

/** A workload that is with a person is so for all its alerts. Healed is what the run looked at after it had acted. */
function answersFor({ alert, status }: Run, result: FinalResult, joined: Run['joined'][number]): boolean {
  if (isWithPerson(result)) return true;
  if (result.kind !== 'remediated' && result.kind !== 'recovered') return false;
  const actedAtMs = Date.parse(status.steps.at(-1)?.startedAt ?? '');
  return isAnsweredBy(joined, { labels: alert.labels, actedAtMs: Number.isNaN(actedAtMs) ? 0 : actedAtMs });
}

/** Who takes over takes the workload: an automatic run on it at once would be in their way. */
const isWithPerson = (result: FinalResult) =>
  result.kind === 'escalated' ||
  (result.kind !== 'remediated' && result.kind !== 'merged' && result.reason === 'takenOver');

async function driveOn(run: Run, { workflowId, alertname, alert }: Joined): Promise<void> {
  if (alert === undefined) {
    tell(run, `${workflowId} joined this run without its alert, so no run can be started for it`);
    return;
  }
  for (let tries = 1; ; tries += 1) {
    try {
      await startChild(workflowTypes.remediation, optionsOf(workflowId, alert));
      return tell(run, `${alertname} had joined this run and now has a run of its own`);
    } catch (error) {
      // The run that joined may not have ended yet; or the alert has fired again and has a run.
      const isThere = error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';
      if (!isThere || tries === driveOnTries)
        return tell(run, `${alertname} had joined this run; no run could be started for it: ${rootMessage(error)}`);
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
