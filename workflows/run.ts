import { CancellationScope, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ClusterActivities, UndoInput } from '../activities/contract.ts';
import type { Alert } from '../domain/alert.ts';
import type { HumanMessage, HumanMessageName, SearchAttributeName } from '../domain/contract.ts';
import type { Phase, StepRecord, TimelineEntry } from '../domain/outcome.ts';
import type { Plan } from '../domain/plan.ts';
import type { Reason } from '../domain/reasons.ts';
import type { FirstLook } from '../domain/run-record.ts';
import type { RunStatus } from '../domain/status.ts';
import type { Surroundings } from '../domain/surroundings.ts';
import { clusterActivities } from './activity-options.ts';
import { renderDetails } from './details.ts';

/** What a person said, with the verb. */
export interface Answer {
  verb: HumanMessageName;
  message: HumanMessage;
}

/** One run's memory: what it knows, what it was told, what people see of it. */
export interface Run {
  alert: Alert;
  readonly id: { workflowId: string; runId: string };
  readonly cluster: ClusterActivities;
  /** What the Web UI, the API and the report show; the run's own state is nothing else. */
  readonly status: RunStatus;
  plan?: Plan;
  /** What the latest look at the cluster showed beside the target. */
  scene?: { surroundings: Surroundings; failure: string };
  /** Kept for backtests; nobody is shown it while the run lives. */
  look?: FirstLook;
  /** Steps that may have changed something which can be taken back, in the order in which they were begun. */
  begun: Begun[];
  // told by the guard
  lease?: { requestId: string; grantedAtMs: number; expiresAtMs: number };
  // told by the intake
  isResolved: boolean;
  /** When the alert changed between firing and resolved, Unix ms. */
  changesMs: number[];
  // told by people; each is taken once
  answer?: Answer;
  stop?: Answer;
  /** Who asked for another try. */
  askedAgainBy?: string;
  seenMessageIds: string[];
  /** Everything that abort and take over must interrupt. */
  readonly scope: CancellationScope;
  /** Reports that nobody waits for until the end. */
  readonly background: Promise<void>[];
  /** Search attributes to be set at the next change of phase: each upsert is an event. */
  unsaid: Partial<Record<SearchAttributeName, string>>;
  /** Receivers that heard of this run, to be told how it ended. */
  notified: string[];
}

/** A step that was begun, and all that taking it back needs. */
export interface Begun extends Pick<UndoInput, 'target' | 'step' | 'token'> {
  /** Absent while nobody knows what came of it. */
  record?: StepRecord;
}

export interface RemediationInput {
  alert: Alert;
}

/** Opens the run's record. Its first words are the alert. */
export function openRun({ alert }: RemediationInput): Run {
  const { workflowId, runId } = workflowInfo();
  const run: Run = {
    alert,
    id: { workflowId, runId },
    cluster: clusterActivities(alert.cluster),
    status: {
      phase: 'Verifying',
      waitingFor: 'the cluster',
      summary: `${alert.alertname}: verifying`,
      alertname: alert.alertname,
      fingerprint: alert.fingerprint,
      ladder: [],
      steps: [],
      segments: {},
      timeline: [],
      joined: [],
      verdicts: [],
    },
    isResolved: false,
    changesMs: [],
    seenMessageIds: [],
    begun: [],
    scope: new CancellationScope(),
    background: [],
    notified: [],
    unsaid: {},
  };
  tell(run, `alert ${alert.alertname} received`, { detail: pick(alert.labels, ['namespace', 'pod', 'severity']) });
  return run;
}

export const nowIso = () => new Date(Date.now()).toISOString();

/** Writes one line of the timeline, and shows it. */
export function tell(
  run: Run,
  what: string,
  more: { reason?: Reason; detail?: NonNullable<TimelineEntry['detail']> } = {},
): void {
  run.status.timeline.push({ at: nowIso(), phase: run.status.phase, what, ...more });
  show(run);
}

/** Says what the run waits for, and until when it waits at most. */
export function waitFor(run: Run, what: string, atMost?: { ms: number }): void {
  run.status.waitingFor = what;
  if (atMost === undefined) delete run.status.nextTimerAt;
  else run.status.nextTimerAt = new Date(Date.now() + atMost.ms).toISOString();
  show(run);
}

/** Moves to a phase; the search attribute follows. */
export function enter(run: Run, phase: Phase, attributes: Partial<Record<SearchAttributeName, string>> = {}): void {
  if (run.status.phase === phase && Object.keys(attributes).length === 0) return;
  run.status.phase = phase;
  setAttributes({ Phase: phase, ...run.unsaid, ...attributes });
  run.unsaid = {};
  show(run);
}

/** Search attributes, in one event; Keyword values are cut at 255 characters. */
function setAttributes(attributes: Partial<Record<SearchAttributeName, string>>): void {
  const pairs = Object.entries(attributes).map(([name, value]) => ({
    key: { name, type: 'KEYWORD' as const },
    value: value.slice(0, 255),
  }));
  upsertSearchAttributes(pairs);
}

/** The Web UI's "current details": costs no event. */
function show(run: Run): void {
  setCurrentDetails(renderDetails(run.status, { workflowId: run.id.workflowId }));
}

function pick(labels: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
}
