import type { Alert } from '../domain/alert/alert.ts';
import type { LookedNow, NowQuestion } from '../domain/analysis/explain.ts';
import type { Decision, RuleResult } from '../domain/guard/decide.ts';
import type { GuardGauges } from '../domain/guard/gauges.ts';
import type { IncidentReport } from '../domain/guard/incidents.ts';
import type { GuardOrderKind } from '../domain/guard/order.ts';
import type { IncidentRef, PermitRelease, PermitRequest, Verdict } from '../domain/guard/permit.ts';
import type { Recalled } from '../domain/guard/recall.ts';
import type { GuardEffect, GuardState } from '../domain/guard/state.ts';
import type { PolicyListing } from '../domain/policy/listing.ts';
import type { Check, PlannedStep } from '../domain/policy/policy.ts';
import type { ApprovalProof } from '../domain/run/approval.ts';
import type { Assessment } from '../domain/run/assessment.ts';
import type { HumanMessage } from '../domain/run/contract.ts';
import type { RemediationReport } from '../domain/run/outcome.ts';
import type { Reason } from '../domain/run/reasons.ts';
import type { ActionAlert, Ticket, TicketedAct } from '../domain/run/ticket.ts';
import type { HealthBefore } from '../domain/target/health.ts';
import type { ObjectRef, Target } from '../domain/target/target.ts';

export interface VerifyInput {
  alert: Alert;
  /** Set when the run verified before: the same workload (by uid) is judged again, whatever pods it has by now. */
  previous?: Target;
  /** Set with `previous`: the steps of the run's plan, which a policy that was edited meanwhile does not change. */
  steps?: PlannedStep[];
  /** Set with `previous`: how the workload was before the run did anything. */
  before?: HealthBefore;
  /** Index of the step that the run takes next, where it goes on: if a person must approve it, it is tried in a dry run. */
  next?: number;
}

export interface RemediateInput {
  target: Target;
  /** Under which policy. */
  policy: string;
  step: PlannedStep;
  /** `<first run id>.<step index>.<steps before>`: makes a repeat recognisable, after a reset as well; written to the object. */
  token: string;
  dryRun: boolean;
  alert: ActionAlert;
  /** The hub's word that exactly this may be done; only a dry run needs none. */
  ticket?: Ticket;
}

export type { ActionAlert };

/** Which step is taken back; `token` is the one that it was taken with. */
export type UndoInput = Pick<RemediateInput, 'target' | 'policy' | 'step' | 'token' | 'alert' | 'ticket'>;

export interface RemediateResult {
  /** What was done, for a person. */
  summary: string;
  /** False when the object was already in the wanted state (a repeat) or in a dry run. */
  changed: boolean;
  /** The object that stands in the target's place now. */
  successor?: ObjectRef;
}

export interface WaitForHealthyInput {
  target: Target;
  checks: Check[];
  /** Those labels of the alert that the checks name; absent where they name none. */
  labels?: Record<string, string>;
  stableForMs: number;
  withinMs: number;
  /**
   * How the workload was before the run did anything, and when this step began, Unix ms. Absent: every pod that it wants
   * must be ready.
   */
  before?: HealthBefore;
  actedAtMs?: number;
}

/** `gone`: the workload wants no pod any more, so that nothing is left to be healthy. */
export type Health =
  | { kind: 'healthy'; detail: string }
  | { kind: 'gone'; detail: string }
  | { kind: 'unhealthy'; detail: string; evidence: string[] };

export interface ReportInput {
  target: Target;
  /** Reason of the Kubernetes Event. */
  event:
    | 'RemediationStarted'
    | 'RemediationSucceeded'
    | 'RemediationFailed'
    | 'RemediationSkipped'
    | 'AwaitingApproval';
  /** ≤ 1 kB, for a person. */
  note: string;
  workflowId: string;
}

/** Activities of one cluster, on its own task queue: the only code with that cluster's credentials. */
export interface ClusterActivities {
  /**
   * Read-only. Resolves the labels to the live target and its top owner, matches the policy, checks the fault. The
   * first time it also keeps the evidence; what of it cannot be read is named, and stops nothing.
   */
  verify(input: VerifyInput): Promise<Assessment>;
  /** One action, idempotent by token, fenced by uid. */
  remediate(input: RemediateInput): Promise<RemediateResult>;
  /** Takes back what a step changed, if that is still as the step left it; needs no permit, heeds every pause. */
  undo(input: UndoInput): Promise<RemediateResult>;
  /** Returns when the workload is proven healthy or its time is over; heartbeats; resumes after a worker restart. */
  waitForHealthy(input: WaitForHealthyInput): Promise<Health>;
  /** Events on the pod and its workload. */
  report(input: ReportInput): Promise<void>;
  /** Read-only: what `verify` would say of the alert, and everything it weighs; no evidence is kept. */
  explain(input: Pick<VerifyInput, 'alert'>): Promise<LookedNow>;
  /** The policies in force, and what is wrong with those that are not. */
  policies(input: object): Promise<PolicyListing>;
}

/** What a notification tells; a notifier turns it into its receiver's form. */
export interface Notification {
  /** `update`: something is new about an escalation that the receiver knows of; nobody has to be woken for it. */
  kind: 'approvalNeeded' | 'escalation' | 'update' | 'closed' | 'storm';
  /** One key for the whole run, so that a receiver can join and close what belongs together. */
  dedupKey: string;
  workflowId: string;
  runId: string;
  level: number;
  /** How often this kind was sent for this level before; absent: never. A receiver tells repeats of one message by it. */
  occurrence?: number;
  /** Plain words first. */
  summary: string;
  reason?: Reason;
  /** How to answer: commands and links. */
  answer: readonly string[];
  /** The run so far; a storm has none. */
  report?: Omit<RemediationReport, 'outcome'>;
  /** The policy's own words for this level, filled in. */
  message?: string;
  /** What was left out of the report so that the message fits; absent where nothing was. */
  omitted?: readonly string[];
}

/** Whom to tell what. */
export interface NotifyInput {
  receiver: string;
  notification: Notification;
  /** The receiver's own name for the message by which it first heard of the run. */
  reference?: string;
}

/** What became of a message. */
export interface Told {
  delivered: boolean;
  detail: string;
  /** The receiver's name for it, where it can be changed later. */
  reference?: string;
}

/** What a run would do under the permit that it asks for. */
export interface ActInHand extends Pick<TicketedAct, 'token' | 'alert'> {
  /** Absent while no person approved it. */
  approval?: ApprovalProof;
}

/** What a run may know before it has looked at the cluster. */
export type Glance = { kind: 'goOn' } | { kind: 'refuse'; reason: Reason; detail: string };

/** Whether a message is the api's own word. */
export type Genuineness = { isGenuine: true } | { isGenuine: false; why: string };

/** Activities of the hub: notifications and the guard's rules; no cluster credentials. */
export interface HubActivities {
  /** Sends to one receiver; its failure is recorded, never the outcome of a run. */
  notify(input: NotifyInput): Promise<Told>;
  /** Local activity: is the approval the api's own word? */
  verifyApproval(input: { workflowId: string; message: HumanMessage }): Promise<Genuineness>;
  /** Local activity of the guard: is the order, of whatever shape, the api's own word to this cluster's guard? */
  verifyGuardOrder(input: { cluster: string; kind: GuardOrderKind; order: unknown }): Promise<Genuineness>;
  /**
   * Local activity: refuses while a pause or a storm is on, from a copy of the guard's state that is at most five seconds
   * old. Refusing on old news is safe; whether something may be done, only the guard says.
   */
  glance(input: { alert: Alert }): Promise<Glance>;
  /**
   * Local activity: the guard's answer, with the ticket where the run may act now. Throws TEMPORAL_UNAVAILABLE when it
   * gives none.
   */
  askGuard(input: { cluster: string; request: PermitRequest; act?: ActInHand }): Promise<Verdict>;
  /** Local activity: tells the guard that a permit is not needed any more. Throws TEMPORAL_UNAVAILABLE. */
  releasePermit(input: { cluster: string; release: PermitRelease }): Promise<void>;
  /** Local activity of the guard: the rules, over its state. Pure but for the configuration. */
  decidePermits(input: DecideInput & { requests: PermitRequest[] }): Promise<Decision[]>;
  /**
   * Local activity: every rule's word on the request, and what a run would do now, both over one copy of the guard's state.
   * Throws TEMPORAL_UNAVAILABLE.
   */
  judgeNow(
    input: Pick<NowQuestion, 'alert' | 'seen' | 'refused'> & { request?: PermitRequest },
  ): Promise<{ guards: RuleResult[]; would: string }>;
  /** Local activity of the guard: what the passing of time changes. */
  passTime(input: DecideInput): Promise<GuardEffect[]>;
  /** What the cluster's guard knew before this run of it. Throws TEMPORAL_UNAVAILABLE when it cannot be read. */
  recallGuard(input: { cluster: string; runId: string }): Promise<Recalled>;
  /** Local activity: who speaks about a trouble that is larger than one run. Throws TEMPORAL_UNAVAILABLE. */
  reportIncident(input: { cluster: string; report: IncidentReport }): Promise<IncidentRef>;
  /** Local activity of the guard: starts the sweep of the cluster, or tells it that more was refused. */
  startSweep(input: { cluster: string; sinceMs: number }): Promise<void>;
  /** A page of the runs that were refused by something that ends; `stopped` while the guard refuses everything. */
  findRefused(input: FindRefused): Promise<FoundRefused>;
  /** Looks again at runs, at most so many: starts closed ones anew, each once, and tells open escalations to look. */
  lookAgainAt(input: {
    kind: RefusedKind;
    runs: RunRef[];
    atMost: number;
  }): Promise<{ begun: RunRef[]; left: RunRef[] }>;
  /** How many of the runs still verify, and how many were refused again. */
  standingOf(input: { runs: RunRef[] }): Promise<{ verifying: number; refused: number }>;
  /** Tells the guard that runs are still to be looked at, when it does not refuse everything any more. */
  handBackRefused(input: { cluster: string; sinceMs: number }): Promise<void>;
}

/** One run of a workflow. */
export interface RunRef {
  workflowId: string;
  runId: string;
}

/** Runs that ended because they were refused, or runs that wait for a person because of it. */
export type RefusedKind = 'closed' | 'escalated';

/** Which refused runs are wanted. `after` is the token of a page. */
export interface FindRefused {
  cluster: string;
  kind: RefusedKind;
  /** Closed ones that closed between the two, Unix ms. */
  sinceMs: number;
  untilMs: number;
  after?: string;
}

/** A page of refused runs, and the token of the next one. */
export type FoundRefused = { kind: 'stopped' } | { kind: 'page'; runs: RunRef[]; next?: string };

/** The guard's memory, its own name, and its time. */
export interface DecideInput {
  state: GuardState;
  guardId: string;
  /** Unix ms. */
  nowMs: number;
}

/** What a run hands to the worker's metrics as it ends: counted once, never on replay, at the cost of no event. */
export type MetricSinks = {
  metrics: { closed(report: RemediationReport): void; guarded(cluster: string, gauges: GuardGauges): void };
};
