import { allHandlersFinished, condition, continueAsNew, proxySinks, workflowInfo } from '@temporalio/workflow';
import type { MetricSinks } from '../activities/contract.ts';
import type { Outcome, RemediationReport } from '../domain/run/outcome.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { recordedOf } from '../domain/run/recorded.ts';
import { targetLabel } from '../domain/target/target.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { driveOnJoined, endConversation } from './conversation.ts';
import { fitting, handOverMessages, notifyReceivers, report, stopSending } from './notify.ts';
import { enter, tell } from './progress.ts';
import type { FinalResult, RunResult } from './result.ts';
import { isAsking, type Memory, type Remediation, type Run } from './state.ts';
import { sayWhatStays } from './undo.ts';

const { metrics } = proxySinks<MetricSinks>();

/**
 * Writes the end: outcome, reason, one sentence; tells the cluster and everybody who had been asked. From its first line
 * on no person's message takes effect. A firing that began meanwhile is not lost: the run continues as new with it.
 */
export async function close(run: Run, result: FinalResult): Promise<RemediationReport> {
  const { outcome, reason, detail, sentence } = describe(run, result);
  run.isClosing = true;
  run.status.summary = sentence;
  if (reason === undefined) delete run.status.reason;
  else run.status.reason = reason;
  if (result.kind === 'merged') run.status.mergedInto = result.holder;
  sayWhatStays(run);
  run.background.push(endConversation(run));
  tellCluster(run, result, sentence);
  await say(run, reason);
  // More alerts may join while those before are driven on, and messages may still be heard.
  do {
    await driveOnJoined(run, result);
    if (!allHandlersFinished()) await condition(allHandlersFinished);
  } while (run.joined.length > 0);

  run.status.outcome = outcome;
  run.status.waitingFor = 'nothing';
  delete run.status.nextTimerAt;
  enter(run, 'Closed', { Outcome: outcome, ...(reason === undefined ? {} : { Reason: reason }) });
  tell(run, `closed: ${sentence}`, reason === undefined ? {} : { reason });
  const written = { ...reportOf(run, outcome), ...(detail === undefined ? {} : { detail }) };
  metrics.closed(written);
  // Nothing is waited for from here on. A message that arrives in this very moment makes Temporal ask once more.
  if (run.next !== undefined) await goOnWithNext(run, written);
  return written;
}

/** The last message to everybody who had been asked; what does not arrive in time is sent by a workflow of its own. */
async function say(run: Run, reason: Reason | undefined): Promise<void> {
  const isOld = run.outbox.lanes.size > 0;
  notifyReceivers(run, run.notified, {
    kind: 'closed',
    level: run.status.escalationLevel ?? 0,
    ...(reason === undefined ? {} : { reason }),
  });
  await stopSending(run, { isOld });
  await handOverMessages(run);
  // Each of them has its own bounds.
  while (run.background.length > 0) await Promise.all(run.background.splice(0));
}

/** A new episode of the same alert: a fresh memory under the same workflow id. */
async function goOnWithNext({ alert, next }: Run, before: RemediationReport): Promise<never> {
  const { endsAt: _, ...rest } = alert;
  return continueAsNew<Remediation>({ alert: { ...rest, ...next, status: 'firing' }, before });
}

interface Described {
  outcome: Outcome;
  reason?: Reason;
  detail?: string;
  sentence: string;
}

function describe(run: Run, result: FinalResult): Described {
  const before = run.status.summary;
  switch (result.kind) {
    case 'remediated':
      return {
        outcome: 'remediated',
        sentence: `${before} → ${result.by} → healthy in ${formatDuration(result.tookMs)}`,
      };
    case 'merged':
      return { outcome: 'merged', reason: 'leasedByAnotherRun', sentence: `${before} → joined ${result.holder}` };
    default: {
      const label = run.status.target === undefined ? run.alert.alertname : targetLabel(run.status.target);
      const { kind, reason, detail } = result;
      return { outcome: kind, reason, detail, sentence: `${label}: ${kind}, ${detail}` };
    }
  }
}

function tellCluster(run: Run, result: RunResult, sentence: string): void {
  if (result.kind === 'remediated') report(run, 'RemediationSucceeded', sentence);
  else if (result.kind === 'notActionable' && (result.reason === 'observeOnly' || result.reason === 'dryRunOnly')) {
    report(run, 'RemediationSkipped', sentence);
  }
}

function reportOf(run: Run, outcome: Outcome): RemediationReport {
  const {
    alertname,
    fingerprint,
    summary,
    steps,
    segments,
    timeline,
    joined,
    reason,
    policy,
    target,
    mergedInto,
    undelivered,
    evidence,
    wouldHave,
  } = run.status;
  return {
    outcome,
    summary,
    alertname,
    fingerprint,
    steps,
    segments,
    timeline,
    joined,
    ...(reason === undefined ? {} : { reason }),
    ...(policy === undefined ? {} : { policy }),
    ...(target === undefined ? {} : { target }),
    ...(mergedInto === undefined ? {} : { mergedInto }),
    ...(undelivered === undefined ? {} : { undelivered }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(wouldHave === undefined ? {} : { wouldHave }),
    recorded: recordedOf(run.alert, run.look),
  };
}

/** Events after which a run cuts its history; Temporal ends a run at 51,200. */
const eventsPerExecution = 4_000;

/**
 * Continues as new where the history is long. To be called where the run waits and would find its way back from its
 * memory alone: in an escalation, in a hold of the guard, and while a person is asked, whose question and lease go with
 * it. While another lease is held it does nothing. Messages that no receiver has confirmed are sent again by the next execution.
 */
export async function continueIfLong(run: Run): Promise<void> {
  if (!mustContinue(run)) return;
  await Promise.all(run.background.splice(0));
  await stopSending(run, { isOld: true });
  if (!allHandlersFinished()) await condition(allHandlersFinished);
  await continueAsNew<Remediation>({
    alert: run.alert,
    carried: { ...memoryOf(run), pending: fitting(run.pending), runId: run.id.runId },
  });
}

/** True when a wait must end because the run should continue as new. */
export const mustWake = (run: Run): boolean => run.wasLong && mustContinue(run);

/** Every handler of a message that is recorded calls it. */
export function noteLength(run: Run): void {
  run.wasLong = isLong();
}

/** True when the run should continue as new at its next rest. */
export const mustContinue = (run: Run): boolean =>
  isLong() && (run.lease === undefined || isAsking(run)) && run.stop === undefined;

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength >= eventsPerExecution || continueAsNewSuggested;
}

function memoryOf(run: Run): Memory {
  const { alert: _, id: __, cluster, isResolved, changesMs, stop, ...rest } = run;
  const { unanswered, mayLookAgain, wasLong, isClosing, isShowing, scope, background, outbox, ...memory } = rest;
  return memory;
}
