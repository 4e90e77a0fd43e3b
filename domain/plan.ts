import type { Check, EscalationLevel, GuardSettings, PlannedStep, Policy, PolicyMode } from './policy.ts';

/** A policy applied to a target: everything the run needs, fixed at the moment of verification. */
export interface Plan {
  policy: string;
  mode: PolicyMode;
  steps: PlannedStep[];
  /** What must hold on the live object before each act. */
  checks: Check[];
  allowedNamespaces: string[];
  guards: GuardSettings;
  stableForMs: number;
  approvalExpiresAfterMs: number;
  escalation: EscalationLevel[];
}

/** True for the modes that never change anything. */
export const isRehearsal = (mode: PolicyMode): boolean => mode === 'Observe' || mode === 'DryRun';

/** The plan that a policy gives; in Approve mode every step needs a person. */
export function planOf(policy: Policy): Plan {
  const { spec } = policy;
  return {
    policy: policy.metadata.name,
    mode: spec.mode,
    steps: spec.steps.map((step) => (spec.mode === 'Approve' ? { ...step, approval: 'Required' } : step)),
    checks: spec.verify,
    allowedNamespaces: spec.scope.namespaces,
    guards: spec.guards,
    stableForMs: spec.healthy.stableFor,
    approvalExpiresAfterMs: spec.approval.expiresAfter,
    escalation: spec.escalation,
  };
}
