import { allHandlersFinished, condition, continueAsNew, proxySinks } from '@temporalio/workflow';
import type { MetricSinks } from '../activities/contract.ts';
import type { Outcome, RemediationReport } from '../domain/run/outcome.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { recordedOf } from '../domain/run/record.ts';
import { targetLabel } from '../domain/target/target.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { endConversation } from './conversation.ts';
import type { Closing, Ending } from './ending.ts';
import { driveOnJoined } from './joined.ts';
import { handOverMessages, report, stopSending, tellPeople } from './people.ts';
import type { remediation } from './remediation.ts';
import { enter, type Run, tell } from './run.ts';
import { sayWhatStays } from './undo.ts';

const { metrics } = proxySinks<MetricSinks>();

/**
 * Writes the end: outcome, reason, one sentence; tells the cluster and everybody who had been asked. From its first line
 * on no person's message takes effect. A firing that began meanwhile is not lost: the run continues as new with it.
 */
export async function close(run: Run, ending: Closing): Promise<RemediationReport> {
  const { outcome, reason, sentence } = describe(run, ending);
  run.isClosing = true;
  run.status.summary = sentence;
  if (reason === undefined) delete run.status.reason;
  else run.status.reason = reason;
  if (ending.kind === 'merged') run.status.mergedInto = ending.holder;
  sayWhatStays(run);
  run.background.push(endConversation(run));
  tellCluster(run, ending, sentence);
  await say(run, reason);
  // More alerts may join while those before are driven on, and messages may still be heard.
  do {
    await driveOnJoined(run, ending);
    if (!allHandlersFinished()) await condition(allHandlersFinished);
  } while (run.joined.length > 0);

  run.status.outcome = outcome;
  run.status.waitingFor = 'nothing';
  delete run.status.nextTimerAt;
  enter(run, 'Closed', { Outcome: outcome, ...(reason === undefined ? {} : { Reason: reason }) });
  tell(run, `closed: ${sentence}`, reason === undefined ? {} : { reason });
  const written = reportOf(run, outcome);
  metrics.closed(written);
  // Nothing is waited for from here on. A message that arrives in this very moment makes Temporal ask once more.
  if (run.next !== undefined) await goOnWithNext(run, written);
  return written;
}

/** The last message to everybody who had been asked; what does not arrive in time is sent by a workflow of its own. */
async function say(run: Run, reason: Reason | undefined): Promise<void> {
  const isOld = run.outbox.lanes.size > 0;
  tellPeople(run, run.notified, {
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
  return continueAsNew<typeof remediation>({ alert: { ...rest, ...next, status: 'firing' }, before });
}

function describe(run: Run, ending: Closing): { outcome: Outcome; reason?: Reason; sentence: string } {
  const before = run.status.summary;
  switch (ending.kind) {
    case 'remediated':
      return {
        outcome: 'remediated',
        sentence: `${before} → ${ending.by} → healthy in ${formatDuration(ending.tookMs)}`,
      };
    case 'merged':
      return { outcome: 'merged', reason: 'leasedByAnotherRun', sentence: `${before} → joined ${ending.holder}` };
    default: {
      const label = run.status.target === undefined ? run.alert.alertname : targetLabel(run.status.target);
      return { outcome: ending.kind, reason: ending.reason, sentence: `${label}: ${ending.kind}, ${ending.detail}` };
    }
  }
}

function tellCluster(run: Run, ending: Ending, sentence: string): void {
  if (ending.kind === 'remediated') report(run, 'RemediationSucceeded', sentence);
  else if (ending.kind === 'notActionable' && (ending.reason === 'observeOnly' || ending.reason === 'dryRunOnly')) {
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
