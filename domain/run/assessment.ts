import type { Sight } from '../policy/checks/check-kind.ts';
import type { Plan } from '../policy/plan.ts';
import type { Check } from '../policy/policy.ts';
import type { Surroundings } from '../target/cluster-context.ts';
import type { HealthBefore } from '../target/health.ts';
import type { Target } from '../target/target.ts';
import type { ErrorCode } from './errors.ts';
import type { Evidence } from './outcome.ts';
import type { Reason } from './reasons.ts';

/** What the checks were asked of, so that other checks can be judged by it later. */
export interface Shown {
  /** Objects as they were seen, without what no check asks of. */
  sight: Partial<Sight>;
  /** What was asked; in an `actionable` assessment all of it holds, else at least one does not. */
  checks: Check[];
}

/** A step that could not be done now: what its dry run was refused with. */
export interface RefusedStep {
  /** Its index in the plan. */
  step: number;
  code: ErrorCode;
  /** For a person, with the action's name. */
  detail: string;
}

/** With these a dry run says that the act would be refused as well, whatever a person answers. */
export const refusalsBefore: readonly ErrorCode[] = [
  'NOT_APPLICABLE',
  'NOT_REPLACEABLE',
  'MANAGED_ELSEWHERE',
  'EVICTION_BLOCKED',
  'BUDGETS_CONFLICT',
  'ADMISSION_REFUSED',
  'PERMISSION_DENIED',
  'POLICY_CHANGED',
];

/**
 * What `verify` found, live: `actionable` (the fault is there, a policy names the remedy), `recovered` (the fault is
 * gone and the workload healthy), `notActionable` (nothing may be done, and why).
 */
export type Assessment =
  | {
      kind: 'actionable';
      target: Target;
      plan: Plan;
      fault: string;
      /** What the failure looks like: the same text means the very same failure. */
      failure: string;
      surroundings: Surroundings;
      /** How the workload was at this look; absent where no workload owns the target. */
      before?: HealthBefore;
      evidence: string[];
      captured?: Evidence;
      shown?: Shown;
      /** For each step of the run's plan: a person must approve it on this target. */
      needsApproval: boolean[];
      /** The step that comes next, where a person must approve it and it could not be done. */
      refused?: RefusedStep;
      verifiedAt: string;
    }
  | { kind: 'recovered'; target: Target; plan: Plan; reason: Reason; detail: string; shown?: Shown; verifiedAt: string }
  | {
      kind: 'notActionable';
      reason: Reason;
      detail: string;
      target?: Target;
      policy?: string;
      /** Where a person is to be told all the same: the policy says whom. */
      plan?: Plan;
      shown?: Shown;
      verifiedAt: string;
    };
