import { createBudget } from './language/budget.ts';
import type { LintContext, LintFault, LintRule, Severity } from './rule.ts';
import { approvalUnheard } from './rules/approval-unheard.ts';
import { approvalUnused } from './rules/approval-unused.ts';
import { attemptsBelowSteps } from './rules/attempts-below-steps.ts';
import { budgetOfNothing } from './rules/budget-of-nothing.ts';
import { comparedToEmpty } from './rules/compared-to-empty.ts';
import { cooldownBelowBackoff } from './rules/cooldown-below-backoff.ts';
import { emptyAlternative } from './rules/empty-alternative.ts';
import { escalationMissing } from './rules/escalation-missing.ts';
import { heldTooLong } from './rules/held-too-long.ts';
import { keyMissing } from './rules/key-missing.ts';
import { levelNeverReached } from './rules/level-never-reached.ts';
import { matcherWithoutEffect } from './rules/matcher-without-effect.ts';
import { neverMatches } from './rules/never-matches.ts';
import { neverOpen } from './rules/never-open.ts';
import { neverStable } from './rules/never-stable.ts';
import { notCompared } from './rules/not-compared.ts';
import { restartCannotHelp } from './rules/restart-cannot-help.ts';
import { riskyWithoutApproval } from './rules/risky-without-approval.ts';
import { sameFailureFirst } from './rules/same-failure-first.ts';
import { shadowed } from './rules/shadowed.ts';
import { stepsOutOfOrder } from './rules/steps-out-of-order.ts';
import { tied } from './rules/tied.ts';
import { uncordonsBrokenNode } from './rules/uncordons-broken-node.ts';

/** Every rule, in the order in which a reader meets its field: match, verify, guards, steps, people. */
export const lintRules = [
  neverMatches,
  tied,
  shadowed,
  notCompared,
  comparedToEmpty,
  emptyAlternative,
  matcherWithoutEffect,
  cooldownBelowBackoff,
  restartCannotHelp,
  attemptsBelowSteps,
  sameFailureFirst,
  heldTooLong,
  neverOpen,
  budgetOfNothing,
  neverStable,
  stepsOutOfOrder,
  uncordonsBrokenNode,
  keyMissing,
  riskyWithoutApproval,
  approvalUnheard,
  approvalUnused,
  escalationMissing,
  levelNeverReached,
] as const satisfies readonly LintRule[];

/** Code of a rule. */
export type LintCode = (typeof lintRules)[number]['code'];

/** What a rule found, and in which policy of the context. */
export interface LintFinding extends LintFault {
  code: LintCode;
  severity: Severity;
  /** Index into `context.policies`. */
  policy: number;
}

/** Everything the rules find, policy by policy; what they compare is bounded for the whole set. */
export function lint(given: Omit<LintContext, 'budget'>): LintFinding[] {
  const context = { ...given, budget: createBudget() };
  return context.policies.flatMap((policy, index) =>
    lintRules.flatMap(({ code, severity, find }) =>
      find(policy, context).map((fault) => ({ code, severity, policy: index, ...fault })),
    ),
  );
}
