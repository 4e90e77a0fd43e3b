import type { GuardSettings } from '../guard/settings.ts';
import type { Manager } from '../target/managed-by.ts';
import type { PolicyMode } from './mode.ts';
import type { Check, EscalationLevel, PlannedStep, Policy } from './policy.ts';
import { strictest } from './switches.ts';

/** A policy applied to a target: everything the run needs, fixed at the moment of verification. */
export interface Plan {
  policy: string;
  mode: PolicyMode;
  /** What its place allowed at most: the configuration and the namespace. */
  allowedMode: PolicyMode;
  steps: PlannedStep[];
  /** What must hold on the live object before each act. */
  checks: Check[];
  allowedNamespaces: string[];
  /** Tools and operators whose workloads a step may change. */
  allowedManagers: Manager[];
  guards: GuardSettings;
  stableForMs: number;
  approvalExpiresAfterMs: number;
  needsTwoPeople: boolean;
  escalation: EscalationLevel[];
}

/** True for the modes that never change anything. */
export const isRehearsal = (mode: PolicyMode): boolean => mode === 'Observe' || mode === 'DryRun';

/**
 * The plan that a policy gives where no more than `allowed` may be done: the stricter mode counts. In Approve mode every
 * step needs a person.
 */
export function planOf(policy: Policy, allowed: PolicyMode = 'Auto'): Plan {
  const { spec } = policy;
  const mode = strictest(spec.mode, allowed);
  return {
    policy: policy.metadata.name,
    mode,
    allowedMode: allowed,
    steps: spec.steps.map((step) => (mode === 'Approve' ? { ...step, approval: 'Required' } : step)),
    checks: spec.verify,
    allowedNamespaces: spec.scope.namespaces,
    allowedManagers: spec.scope.managedBy,
    guards: spec.guards,
    stableForMs: spec.healthy.stableFor,
    approvalExpiresAfterMs: spec.approval.expiresAfter,
    needsTwoPeople: spec.approval.twoPeople,
    escalation: spec.escalation,
  };
}
