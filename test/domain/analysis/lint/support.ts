import { type LintFinding, lint } from '../../../../domain/analysis/lint/index.ts';
import type { LintContext } from '../../../../domain/analysis/lint/rule.ts';
import type { Policy } from '../../../../domain/policy/policy.ts';
import { aPolicy, now } from '../../../support/builders.ts';

/** A policy that no rule objects to; `spec` overrides whole fields. */
export const aSoundPolicy = (spec: Record<string, unknown> = {}, name = 'sound'): Policy =>
  aPolicy({ escalation: [{ notify: ['chat'] }], ...spec }, name);

/** What the rules find in the policies, as one set. */
export const findingsIn = (policies: readonly Policy[], given: Partial<LintContext> = {}): LintFinding[] =>
  lint({ policies, nowMs: now, hasFallbackReceiver: false, ...given });

/** `code field`, for each finding in a sound policy with these fields. */
export const codesIn = (spec: Record<string, unknown>, given: Partial<LintContext> = {}): string[] =>
  findingsIn([aSoundPolicy(spec)], given).map(({ code, path }) => `${code} ${path.join('.')}`);
