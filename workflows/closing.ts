import { proxySinks } from '@temporalio/workflow';
import type { MetricSinks } from '../activities/contract.ts';
import { formatDuration } from '../domain/duration.ts';
import type { Outcome, RemediationReport } from '../domain/outcome.ts';
import type { Reason } from '../domain/reasons.ts';
import { recordedOf } from '../domain/run-record.ts';
import { targetLabel } from '../domain/target.ts';
import type { Closing, Ending } from './ending.ts';
import { report, tellPeople } from './people.ts';
import { enter, type Run, tell } from './run.ts';

const { metrics } = proxySinks<MetricSinks>();

/** Writes the end: outcome, reason, one sentence; tells the cluster and everybody who had been asked. */
export async function close(run: Run, ending: Closing): Promise<RemediationReport> {
  const { outcome, reason, sentence } = describe(run, ending);
  run.status.summary = sentence;
  if (reason === undefined) delete run.status.reason;
  else run.status.reason = reason;
  if (ending.kind === 'merged') run.status.mergedInto = ending.holder;
  tellCluster(run, ending, sentence);
  tellPeople(run, run.notified, {
    kind: 'closed',
    level: run.status.escalationLevel ?? 0,
    ...(reason === undefined ? {} : { reason }),
  });
  // More may be added while these are under way.
  while (run.background.length > 0) await Promise.all(run.background.splice(0));

  run.status.outcome = outcome;
  run.status.waitingFor = 'nothing';
  delete run.status.nextTimerAt;
  enter(run, 'Closed', { Outcome: outcome, ...(reason === undefined ? {} : { Reason: reason }) });
  tell(run, `closed: ${sentence}`, reason === undefined ? {} : { reason });
  const written = reportOf(run, outcome);
  metrics.closed(written);
  return written;
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
    ...(evidence === undefined ? {} : { evidence }),
    ...(wouldHave === undefined ? {} : { wouldHave }),
    recorded: recordedOf(run.alert, run.look),
  };
}
