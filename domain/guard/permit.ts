import type { Plan } from '../policy/plan.ts';
import type { PlannedStep } from '../policy/policy.ts';
import type { Reason } from '../run/reasons.ts';
import type { Ticket } from '../run/ticket.ts';
import type { Surroundings } from '../target/cluster-context.ts';
import type { Target } from '../target/target.ts';
import type { AfterDenial } from './after-denial.ts';
import type { GuardSettings } from './settings.ts';

/** A run's request to take one step. The same requestId always gets the same answer. */
export interface PermitRequest {
  requestId: string;
  /** Workflow id of the run, to name as the holder. */
  workflowId: string;
  runId: string;
  /** Run id of the execution that asks, where somebody has reset the run. */
  resetRunId?: string;
  target: Target;
  surroundings: Surroundings;
  policy: string;
  allowedNamespaces: string[];
  step: PlannedStep;
  settings: GuardSettings;
  /** What the failure looks like: the same text means the very same failure. */
  failure: string;
  /** When the alert of this run changed between firing and resolved, Unix ms. */
  changesMs: number[];
  /** Only the question, for a policy that observes: nothing is reserved and nothing remembered. */
  isRehearsal?: true;
  /** Name of the alert that the policy matched. */
  alertname?: string;
  /** A person is to be asked under this permit: it reserves the workload only, and nothing is done before it is renewed. */
  asksPerson?: true;
  /** Request whose lease this one replaces; the run did nothing under it (it waited for a person). */
  renews?: string;
  /** How long the lease may live: the step's deadline, and the approval's before it. */
  leaseMs: number;
}

/** The act itself may take a while beyond the step's own deadline. */
const slackMs = 60_000;

/** Who asks: the run, for which alert, and how often it has changed. */
export type Asker = Pick<
  PermitRequest,
  'requestId' | 'workflowId' | 'runId' | 'resetRunId' | 'alertname' | 'changesMs' | 'renews'
>;

/** The step in hand, as the latest look at the cluster found its target. */
export interface StepInHand extends Pick<PermitRequest, 'step' | 'target' | 'surroundings' | 'failure'> {
  plan: Pick<Plan, 'policy' | 'allowedNamespaces' | 'guards' | 'approvalExpiresAfterMs'>;
  /** A person must approve the step. */
  asksPerson: boolean;
}

/** The request for one step. Where a person must approve it first, the lease lasts for their time as well. */
export function permitRequest(asker: Asker, { plan, asksPerson, ...inHand }: StepInHand): PermitRequest {
  const isQuestion = asksPerson && asker.renews === undefined;
  const approvalMs = isQuestion ? plan.approvalExpiresAfterMs : 0;
  return {
    ...asker,
    ...inHand,
    ...{ policy: plan.policy, allowedNamespaces: plan.allowedNamespaces, settings: plan.guards },
    leaseMs: approvalMs + inHand.step.withinMs + slackMs,
    ...(isQuestion && { asksPerson: true as const }),
  };
}

/**
 * A trouble that is larger than one run: the run that met it first (or the guard itself) speaks to people, once, and
 * the others end quietly.
 */
export interface IncidentRef {
  key: string;
  /** Workflow id of who speaks. */
  speaker: string;
}

/**
 * May we? `grant` gives a lease, under which the act must begin before `expiresAtMs`, and to the run that may act now the
 * ticket for it; `hold` says when to ask again;
 * `deny` is final for this step.
 */
export type Verdict =
  | { kind: 'grant'; grantedAtMs: number; expiresAtMs: number; ticket?: Ticket }
  | { kind: 'hold'; reason: Reason; retryAfterMs: number; detail: string; incident?: IncidentRef }
  | {
      kind: 'deny';
      reason: Reason;
      detail: string;
      holder?: string;
      /** The run that asks a person about the workload. */
      speaker?: string;
      incident?: IncidentRef;
      /** The denial is over then, Unix ms. */
      lookAgainAtMs?: number;
      /** What the run does now, decided outside of the workflow; absent: it asks a person. */
      next?: AfterDenial;
    };

/** What a run tells the guard when it is done with a permit. `returned`: no act began. */
export interface PermitRelease {
  requestId: string;
  outcome: 'healthy' | 'unhealthy' | 'returned';
  /** When the act was answered, Unix ms; absent for `returned`. */
  actedAtMs?: number;
}

/** Holds that end at a time which is known. The others give the time of the next question only. */
const timed: ReadonlySet<Reason> = new Set(['frozen', 'outsideWindow', 'coolingDown']);

/** When a hold is over, Unix ms; undefined where nobody knows. */
export function endOfHold(
  { reason, retryAfterMs }: Extract<Verdict, { kind: 'hold' }>,
  nowMs: number,
): number | undefined {
  return timed.has(reason) ? nowMs + retryAfterMs : undefined;
}
