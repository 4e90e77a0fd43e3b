import type { Policy } from '../../policy/policy.ts';
import type { Budget } from './language/budget.ts';

/** `error`: the policy cannot do what it says, or certainly harms. `warning`: most likely not what was meant. */
export type Severity = 'error' | 'warning';

/** What a rule objects to in one policy. */
export interface LintFault {
  /** Field it stands in, from the top of the document. */
  path: readonly PropertyKey[];
  /** What is wrong and why; the end of a sentence that begins with the field. */
  message: string;
  /** What to write instead. */
  fix: string;
}

/** The set that a policy would be in force with, and what is known beside it. */
export interface LintContext {
  policies: readonly Policy[];
  /** Schedules are followed from here, Unix ms. */
  nowMs: number;
  /** True when the configuration names a receiver that is told where no policy says whom. */
  hasFallbackReceiver: boolean;
  /** True where it is known that the configuration has no signing key. */
  isKeyMissing?: boolean;
  /** For all comparisons of the set together. */
  budget: Budget;
}

/** One rule with its manual: pure, judged for each policy by itself. */
export interface LintRule {
  /** Stable; part of the public interface. */
  code: string;
  severity: Severity;
  /** One sentence: what it objects to, and why. */
  summary: string;
  find(policy: Policy, context: LintContext): readonly LintFault[];
}

/** Declares a rule. */
export const defineLintRule = <Rule extends LintRule>(rule: Rule): Rule => rule;
