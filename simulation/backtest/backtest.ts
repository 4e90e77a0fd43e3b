import type { Alert } from '../../domain/alert/alert.ts';
import { type Decision, decisionOf } from '../../domain/analysis/backtest/decision.ts';
import { type Backtest, backtestOf, momentOf } from '../../domain/analysis/backtest/index.ts';
import { recordedObservation } from '../../domain/analysis/backtest/recorded-observation.ts';
import { actsOf } from '../../domain/analysis/promotion.ts';
import type { GuardLimits } from '../../domain/guard/rules/rule.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';
import { type RemediationReport, whyEnded } from '../../domain/run/outcome.ts';
import { type RunRecord, recordOf } from '../../domain/run/record.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { openPlay } from '../play-runs.ts';
import type { RunView } from '../world.ts';
import { answerAsThen, stopThen } from './people.ts';
import { type RecordedRun, recordedCluster } from './recorded-cluster.ts';

const assumptions = [
  'The guard begins empty: acts and storms before the first run are not counted.',
  'Its bounds of the configuration are those in force now.',
  'A step that was not taken then is taken to heal, and a fault that was held is taken to stay until the run ended.',
  'People answer as they did then; a step that nobody was asked about is taken to be approved.',
];

/** The guard looks for the memory of the one before it first. */
const headStartMs = 60_000;
/** A run that is still open so long after the last alert is taken as it stands. */
const atMostMs = 48 * 3_600_000;

interface PlayedRun extends RecordedRun {
  alert: Alert;
}

/**
 * What the policies would have made of the recorded runs: the real runbook and the real guard play them again, at their
 * times, on what was recorded of the cluster and of people.
 */
export async function backtest(
  records: readonly RunRecord[],
  policies: readonly Policy[],
  limits: GuardLimits,
): Promise<Backtest> {
  const decisions = new Map<RunRecord, Decision>();
  const runs: PlayedRun[] = [];
  for (const [index, record] of records.entries()) {
    const first = recordedObservation(record, policies);
    if (first.kind === 'unknown') decisions.set(record, first);
    else runs.push({ record, first, taken: new Map(), alert: alertOf(record, index) });
  }
  const clusters = Map.groupBy(runs, ({ alert }) => alert.cluster);
  for (const [cluster, own] of clusters) {
    for (const [run, view] of await playIn(cluster, own, limits)) decisions.set(run.record, decisionNow(run, view));
  }
  return backtestOf(records, (record) => decisions.get(record) ?? lost, assumptions);
}

const lost: Decision = { kind: 'unknown', detail: 'the play did not begin this run' };

/** Each record is a run of its own, also where one alert has several. */
function alertOf(record: RunRecord, index: number): Alert {
  const { alertname, fingerprint, id, recorded, target } = record;
  const at = new Date(momentOf(record)).toISOString();
  return {
    ...{ alertname, labels: recorded?.labels ?? {}, annotations: {}, status: 'firing', receiver: 'backtest' },
    fingerprint: `${fingerprint}-${index}`,
    cluster: recorded?.look?.target?.cluster ?? target?.cluster ?? id.split('/')[1] ?? 'default',
    ...{ startsAt: at, receivedAt: at },
  };
}

async function playIn(clusterName: string, runs: readonly PlayedRun[], limits: GuardLimits) {
  const byId = new Map(runs.map((run) => [remediationWorkflowId(run.alert), run]));
  const moments = runs.map(({ record }) => momentOf(record));
  const runOf = (workflowId: string): PlayedRun => {
    const run = byId.get(workflowId);
    if (run === undefined) throw new Error(`no recorded run is played as ${workflowId}`);
    return run;
  };
  const world = openPlay({
    ...{ clusterName, limits, startMs: Math.min(...moments) - headStartMs },
    alerts: runs.map(({ alert, record }) => ({ alert, atMs: momentOf(record) })),
    observations: (now) => recordedCluster(runOf, now),
    hear: (world, notification) => {
      const run = byId.get(notification.workflowId);
      if (run !== undefined) answerAsThen(world, run, notification);
    },
  });
  for (const [workflowId, { record }] of byId) {
    const verb = stopThen(record);
    if (verb !== undefined) world.clock.at(Date.parse(record.closedAt), () => void world.say(workflowId, verb));
  }
  const lastMs = Math.max(...moments);
  await world.clock.runUntil(lastMs);
  await world.runUntilAllEnded(lastMs + atMostMs);
  // A later run of the same id, such as the sweep starts, is another record.
  return new Map(
    world
      .runs()
      .toReversed()
      .map((view) => [runOf(view.workflowId), view]),
  );
}

function decisionNow({ record, first, taken }: PlayedRun, { workflowId, runId, report, status }: RunView): Decision {
  const { startedAt, closedAt } = record;
  const ended = { outcome: 'escalated' as const, ...status, ...report };
  // A run that the guard refused at once has not looked for its policy.
  const policy = first.kind === 'notActionable' ? first.policy : first.plan.policy;
  const played = {
    ...(policy !== undefined && { policy }),
    ...recordOf({ id: workflowId, runId, startedAt, closedAt }, ended),
  };
  if (actsOf(played).length === 0) return decisionOf(played, whyOf(ended));
  const assumed = [...taken.values()].find(({ then }) => then === undefined);
  const why = assumed === undefined ? ended.outcome : `what ${assumed.action} would have come to was not recorded`;
  return decisionOf(played, why);
}

/** Why a run did nothing, without whom it was about; a hold before that is said too. */
function whyOf(ended: RemediationReport & Pick<RunStatus, 'verdicts'>): string {
  const asked = ended.timeline.find(({ phase, reason }) => phase === 'Escalated' && reason !== undefined)?.what;
  const detail = asked ?? whyEnded(ended);
  const hold = ended.verdicts.findLast((entry) => entry.verdict === 'hold');
  if (hold === undefined || detail.includes(hold.detail ?? '')) return detail;
  return `held (${hold.reason}: ${hold.detail}), then ${detail}`;
}
