import type { Sight } from '../policy/checks/check-kind.ts';
import type { Plan } from '../policy/plan.ts';
import type { Check } from '../policy/policy.ts';
import type { Surroundings } from '../target/cluster-context.ts';
import type { HealthBefore } from '../target/health.ts';
import type { Target } from '../target/target.ts';
import type { Evidence } from './evidence.ts';
import type { Reason } from './reasons.ts';
import type { RefusedStep } from './refusals.ts';

/** What the checks were asked of, so that other checks can be judged by it later. */
export interface Shown {
  /** Objects as they were seen, without what no check asks of. */
  sight: Partial<Sight>;
  /** What was asked; in an `actionable` assessment all of it holds, else at least one does not. */
  checks: Check[];
}

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
      /** The step that comes next, where it was tried and could not be done. */
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
