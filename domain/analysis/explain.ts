import type { Alert } from '../alert/alert.ts';
import type { RuleResult } from '../guard/decide.ts';
import { type PermitRequest, permitRequest } from '../guard/permit.ts';
import type { GuardLimits } from '../guard/rules/rule.ts';
import type { GuardState } from '../guard/state.ts';
import { needsApprovalIn } from '../policy/approval-need.ts';
import type { Loser } from '../policy/match.ts';
import type { PolicyMode } from '../policy/mode.ts';
import type { Plan } from '../policy/plan.ts';
import type { Assessment } from '../run/assessment.ts';
import type { ErrorCode } from '../run/errors.ts';
import type { Reason } from '../run/reasons.ts';
import type { RefusedStep } from '../run/refusals.ts';
import type { Surroundings } from '../target/cluster-context.ts';
import type { WorkloadHealth } from '../target/health.ts';
import type { Naming } from '../target/named-target.ts';
import type { Target } from '../target/target.ts';

/** Who has a word in the mode; the strictest counts. */
export interface Modes {
  policy: PolicyMode;
  /** Annotation of the namespace; Auto where it says nothing. Absent when the namespace was not read. */
  namespace?: PolicyMode;
  configuration: PolicyMode;
}

/** What one check of the policy found. `unknown`: it could not be asked, and that is never a yes. */
export interface CheckFinding {
  check: string;
  result: 'holds' | 'fails' | 'unknown';
  evidence: string;
}

/** What a run would decide right now by its first look. `unreadable`: a check could not be asked, so nothing is done. */
export type FirstWord =
  | { kind: Assessment['kind']; reason?: Reason; detail: string }
  | { kind: 'unreadable'; reason: Reason; detail: string };

/** What `verify` said of the alert a moment ago, or why it could not say it. */
export type Seen = Assessment | { kind: 'unreadable'; code: ErrorCode; detail: string };

/** A live look for people, and the same for a run that is played on it. */
export interface LookedNow {
  look: LiveLook;
  seen: Seen;
}

/** What is played: a run of the alert, on a look that was taken a moment ago and on a copy of the guard's state. */
export interface NowQuestion {
  alert: Alert;
  seen: Seen;
  /** What the first step would be refused with. */
  refused?: RefusedStep;
  guardState: GuardState;
  limits: GuardLimits;
  /** Unix ms. */
  nowMs: number;
}

/** A question to the thread that plays runs, and its answer. */
export interface PlayOrder {
  id: number;
  question: NowQuestion;
}
export interface PlayAnswer {
  id: number;
  would?: string;
  failure?: string;
}

/** The live object that the labels name. */
export interface FoundTarget {
  /** From the pod up to the workload: `Pod checkout-1`, `ReplicaSet checkout-7d9f`, `Deployment checkout`. */
  chain: string[];
  target: Target;
  health?: WorkloadHealth;
}

/** One live look at everything that would decide about an alert; nothing was changed. Plain JSON. */
export interface LiveLook {
  /** RFC 3339 UTC. */
  at: string;
  alertname: string;
  labels: Record<string, string>;
  cluster: string;
  /** The one that drives; absent when none does. */
  policy?: string;
  losers: Loser[];
  /** What the labels name, or why they name nothing. */
  named: Naming;
  /** Why there is no such object. */
  notFound?: { reason: Reason; detail: string };
  found?: FoundTarget;
  modes?: Modes;
  plan?: Plan;
  checks: CheckFinding[];
  surroundings?: Surroundings;
  failure?: string;
  /** What the first step would be refused with even if the guard granted it; absent where nothing is known against it. */
  refused?: RefusedStep;
  judgement: FirstWord;
}

/** What the guards are asked for: the first step of the plan; undefined where there is none, or nothing to take it on. */
export function requestOf(look: LiveLook, ids: { workflowId: string; runId: string }): PermitRequest | undefined {
  const { plan, found, surroundings, failure = look.alertname } = look;
  const step = plan?.steps[0];
  if (plan === undefined || step === undefined || found === undefined || surroundings === undefined) return undefined;
  const place = { target: found.target, surroundings, settings: plan.guards };
  const asker = { requestId: `${ids.workflowId}.would`, ...ids, alertname: look.alertname, changesMs: [] };
  const asksPerson = plan.mode === 'Approve' || needsApprovalIn(step, place);
  const { target } = found;
  return { ...permitRequest(asker, { plan, step, target, surroundings, failure, asksPerson }), isRehearsal: true };
}

/** A live look, and each guard's word on it. */
export interface Explanation extends LiveLook {
  /** In the guards' order; empty where they were not asked. */
  guards: RuleResult[];
  /** Why they were not asked. */
  guardsNote?: string;
  /** What a run of this alert would do now, in one sentence. */
  would: string;
}

/** The modes that make the plan's mode what it is: `policy`, `namespace`, `configuration`. */
export function strictestModes(modes: Modes, mode: PolicyMode): string[] {
  return Object.entries(modes).flatMap(([who, word]) => (word === mode ? [who] : []));
}
