import { CancellationScope, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ActionAlert, ClusterActivities, Notification, UndoInput } from '../activities/contract.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { type AlertHistory, firingSince } from '../domain/alert/episode.ts';
import type { Plan } from '../domain/policy/plan.ts';
import type { EscalationLevel } from '../domain/policy/policy.ts';
import {
  type AlertNews,
  fallbackReceiver,
  type HumanMessage,
  type HumanMessageName,
  type SearchAttributeName,
} from '../domain/run/contract.ts';
import type { Joined } from '../domain/run/messages.ts';
import type { Phase, RemediationReport } from '../domain/run/outcome.ts';
import type { FirstLook } from '../domain/run/recorded.ts';
import type { RefusedStep } from '../domain/run/refusals.ts';
import type { RunStatus } from '../domain/run/status.ts';
import type { Ticket } from '../domain/run/ticket.ts';
import type { Surroundings } from '../domain/target/cluster-context.ts';
import type { HealthBefore } from '../domain/target/health.ts';
import type { Target } from '../domain/target/target.ts';
import { clusterActivities } from './activities.ts';
import { tell } from './progress.ts';
import type { Escalation, NextStep } from './result.ts';

/** What a person said, with the verb. */
export interface Answer {
  verb: HumanMessageName;
  message: HumanMessage;
}

/** What a look at the cluster shows beside the target; `needsApproval` has one entry a step of the plan. */
export interface Observed {
  surroundings: Surroundings;
  failure: string;
  needsApproval: boolean[];
  refused?: RefusedStep;
}

/** What a run remembers when it continues as new: plain JSON. */
export interface Memory {
  /** What the Web UI, the API and the report show. */
  status: RunStatus;
  plan?: Plan;
  /** What the latest look at the cluster showed beside the target. */
  observed?: Observed;
  /** How the workload was before the run did anything to it. */
  before?: HealthBefore;
  /** Kept for backtests; nobody is shown it while the run lives. */
  look?: FirstLook;
  /** Steps that may have changed something which can be taken back, in the order in which they were begun. */
  begun: Begun[];
  /** What the intake says of the alert. */
  heard: AlertHistory;
  /** A firing that began since the run last looked at the cluster: it needs a run of its own if this one ends now. */
  next?: AlertNews;
  /** Alerts on the same workload that were merged into this run. */
  joined: (Joined & { atMs: number; isLate?: true })[];
  // told by people; each is taken once
  answer?: Answer;
  /** Signed approvals of the question that is open. */
  approvals: HumanMessage[];
  /** Who asked for another try. */
  askedAgainBy?: string;
  seenMessageIds: string[];
  /** Search attributes to be set at the next change of phase: each upsert is an event. */
  unsaid: Partial<Record<SearchAttributeName, string>>;
  /** Receivers that heard of this run, to be told how it ended. */
  notified: string[];
  /** Messages that no receiver has confirmed yet, oldest first. */
  pending: Pending[];
  /** How often each kind of message was sent: receivers drop a key that they have seen. */
  occurrences: Record<string, number>;
  /** Each receiver's own name for the message by which it first heard of this run, where that can be changed. */
  references?: Record<string, string>;
  /** Questions to the guard so far: no two of a run have the same id. */
  requests: number;
  /** Steps taken so far: `status.steps` keeps only some of many. */
  taken: number;
  /** What the guard has granted; it goes with a run that continues as new while a person is asked. */
  lease?: { requestId: string; grantedAtMs: number; expiresAtMs: number; ticket?: Ticket };
  /** Why the steps before the one in hand were passed over. */
  passed?: NextStep[];
  /** The step that the guard holds, and since when, Unix ms. */
  hold?: { step: number; sinceMs: number };
  escalation?: Escalation;
  /** The workload about which this run asks a person, as the guard knows it. */
  conversation?: string;
}

/** One run's memory, and what belongs to this execution of it alone. */
export interface Run extends Memory {
  readonly alert: Alert;
  /**
   * The run id with which the episode began: it names leases, tokens and messages. A reset keeps it, so that guard and
   * cluster know the run again, and so does a continue-as-new.
   */
  readonly id: { workflowId: string; runId: string };
  readonly cluster: ClusterActivities;
  readonly isResolved: boolean;
  /** When the alert changed between firing and resolved, Unix ms. */
  readonly changesMs: number[];
  // told by the guard
  /** Requests whose answer was not heard: the guard may have granted them. */
  unanswered: string[];
  stop?: Answer;
  /** Told that the reason of its escalation may be over. */
  mayLookAgain: boolean;
  /**
   * The history was long when a message was last recorded. A refused update leaves nothing in it, so no wait may end because
   * of the length that it sees: a replay would go on waiting.
   */
  wasLong: boolean;
  /** The work is over: no message takes effect any more. */
  isClosing: boolean;
  /** Everything that abort and take over must interrupt. */
  readonly scope: CancellationScope;
  /** Reports and releases that nobody waits for until the end. */
  readonly background: Promise<void>[];
  readonly outbox: Outbox;
  /** What people see is about to be written. */
  isShowing: boolean;
}

/** A run whose fault was verified live: only such a run may ask for a permit and act. */
export type VerifiedRun = Run & { plan: Plan; observed: Observed; status: RunStatus & { target: Target } };

/** The same run, which may act now on what a look at the cluster found. */
export function verifiedRun(run: Run, found: { plan: Plan; observed: Observed; target: Target }): VerifiedRun {
  const { plan, observed, target } = found;
  return Object.assign(run, { plan, observed, status: Object.assign(run.status, { target }) });
}

/** True while a question to a person is open, over a continue-as-new too. */
export const isAsking = ({ status }: Run): boolean => status.question !== undefined;

/** The run, where it continued as new while a person was asked: it is verified again after the answer. */
export function askingRun(run: Run): VerifiedRun | undefined {
  const { plan, observed, status } = run;
  const { target } = status;
  if (!isAsking(run) || plan === undefined || observed === undefined || target === undefined) return undefined;
  return verifiedRun(run, { plan, observed, target });
}

/** A message under way. It is sent with the same words until the receiver has confirmed it. */
export interface Pending {
  receiver: string;
  notification: Notification;
  /** When it was written, Unix ms; absent where an earlier release wrote it. */
  sinceMs?: number;
}

/** What is being sent, one message at a time to each receiver; cancelling the scope leaves the rest in `pending`. */
export interface Outbox {
  scope: CancellationScope;
  readonly lanes: Map<string, Promise<void>>;
}

/** A step that was begun, and all that taking it back needs. */
export interface Begun extends Pick<UndoInput, 'target' | 'policy' | 'step' | 'token' | 'ticket'> {
  /** Which step of the ladder it is. */
  index: number;
  /** When its record says that it was started; absent while nobody knows what came of it. */
  startedAt?: string;
}

export interface RemediationInput {
  alert: Alert;
  /** The run goes on where its last execution was. */
  carried?: Memory & { runId: string };
  /** How the episode before this one ended: it handed on to this one as it closed. */
  before?: RemediationReport;
}

/** The runbook's workflow. */
export type Remediation = (input: RemediationInput) => Promise<RemediationReport>;

/** Opens the run's record, or opens it again. Its first words are the alert. */
export function openRun({ alert, carried, before }: RemediationInput): Run {
  const { workflowId, originalExecutionRunId } = workflowInfo();
  const { runId = originalExecutionRunId, ...memory } = carried ?? emptyMemory(alert);
  const run: Run = {
    ...memory,
    // A run that an earlier release began does not say.
    taken: (memory as Partial<Memory>).taken ?? memory.status.steps.length,
    alert,
    id: { workflowId, runId },
    cluster: clusterActivities(alert.cluster),
    get isResolved() {
      return this.heard.isResolved;
    },
    get changesMs() {
      return this.heard.changesMs;
    },
    unanswered: [],
    mayLookAgain: false,
    wasLong: false,
    isClosing: false,
    scope: new CancellationScope(),
    background: [],
    outbox: { scope: shieldedScope(), lanes: new Map() },
    isShowing: false,
  };
  if (carried !== undefined) return run;
  if (before !== undefined) forgetEnd();
  tell(run, `alert ${alert.alertname} ${before === undefined ? 'received' : 'fires again'}`, {
    detail: pick(alert.labels, ['namespace', 'pod', 'severity']),
  });
  return run;
}

function emptyMemory(alert: Alert): Memory & { runId?: string } {
  return {
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
    begun: [],
    approvals: [],
    heard: firingSince(alert.startsAt),
    joined: [],
    seenMessageIds: [],
    unsaid: {},
    notified: [],
    pending: [],
    occurrences: {},
    requests: 0,
    taken: 0,
  };
}

/** An execution that continues as new keeps the attributes of the one before; how that ended is not ours. */
function forgetEnd(): void {
  const first: Phase = 'Verifying';
  const value = { Phase: first, Outcome: null, Reason: null } satisfies Partial<Record<SearchAttributeName, unknown>>;
  upsertSearchAttributes(
    Object.entries(value).map(([name, value]) => ({ key: { name, type: 'KEYWORD' as const }, value })),
  );
}

function pick(labels: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
}

/** A scope that only we cancel: neither an abort nor a cancel request to Temporal reaches it. */
export function shieldedScope(): CancellationScope {
  const opened: CancellationScope[] = [];
  void CancellationScope.nonCancellable(async () => {
    opened.push(new CancellationScope());
  });
  const [scope] = opened;
  if (scope === undefined) throw new Error('the SDK opened no cancellation scope');
  return scope;
}

/** Without a policy that says whom, somebody still has to hear of it. */
export const levelsOf = ({ plan }: Pick<Run, 'plan'>): EscalationLevel[] =>
  plan === undefined || plan.escalation.length === 0 ? [{ notify: [fallbackReceiver] }] : plan.escalation;

/** What an action may know of the alert. */
export function alertFor({ alert }: Run): ActionAlert {
  const { alertname, cluster, fingerprint, labels, startsAt } = alert;
  return { alertname, cluster, fingerprint, labels, startsAt };
}

/** The token of the step in hand: another one for each act, the same for each attempt of it. */
export const tokenOf = ({ id, status, taken }: Run): string => `${id.runId}.${status.currentStep ?? 0}.${taken}`;
