import type { Alert } from '../alert/alert.ts';
import { objectLabels } from '../alert/exporter-labels.ts';
import { type Matcher, parseMatchers } from './matcher.ts';
import type { Policy } from './policy.ts';

/** A policy that does not drive the run, and why. */
export interface Loser {
  policy: string;
  why: string;
  /** All matchers hold; only the namespace is outside its scope. */
  isOutOfScope?: true;
}

/** Why no policy drives the run, for a person. */
export function noPolicyInWords(choice: Extract<Choice, { kind: 'none' }>): string {
  const { reason, losers } = choice;
  // Where a policy matches but for the namespace, the others say nothing.
  const relevant = reason === 'noPolicy' ? losers : losers.filter(({ isOutOfScope }) => isOutOfScope);
  const why = relevant.map((loser) => `${loser.policy}: ${loser.why}`);
  return why.length === 0 ? 'there are no policies' : why.join('; ');
}

/** Which policy drives an alert's run, if one does, and why the others do not. */
export type Choice =
  | { kind: 'match'; policy: Policy; losers: Loser[] }
  | { kind: 'none'; reason: 'noPolicy' | 'namespaceNotAllowed'; losers: Loser[] };

const compiled = new WeakMap<Policy, Matcher[]>();

/** A policy's matchers, compiled once: every alert asks every policy. */
function matchersOf(policy: Policy): Matcher[] {
  const matchers = compiled.get(policy) ?? policy.spec.match.alerts.flatMap(parseMatchers);
  compiled.set(policy, matchers);
  return matchers;
}

/** An alert about a node has no namespace; which nodes are meant, their own labels say later. */
function isInScope({ spec }: Policy, { namespace, node }: Readonly<Alert['labels']>): boolean {
  if (namespace === undefined && node !== undefined) return spec.scope.nodes !== undefined;
  return spec.scope.namespaces.includes(namespace ?? '');
}

/** The one policy that drives an alert's run: all matchers hold, the namespace is in scope, highest priority, then name. */
export function choosePolicy(policies: readonly Policy[], alert: Pick<Alert, 'labels'>): Choice {
  const losers: Loser[] = [];
  const candidates: Policy[] = [];
  const about = objectLabels(alert.labels);
  for (const policy of policies) {
    const failing = matchersOf(policy).find((matcher) => !matcher.matches(alert.labels))?.text;
    const { namespace } = about;
    if (failing !== undefined) {
      losers.push({ policy: policy.metadata.name, why: `${failing} does not match` });
    } else if (!isInScope(policy, about)) {
      const place =
        namespace === undefined && about.node !== undefined ? 'nodes are' : `namespace "${namespace ?? ''}" is`;
      losers.push({ policy: policy.metadata.name, why: `${place} outside its scope`, isOutOfScope: true });
    } else candidates.push(policy);
  }
  candidates.sort((a, b) => b.spec.priority - a.spec.priority || (a.metadata.name < b.metadata.name ? -1 : 1));
  const [policy, ...others] = candidates;
  if (policy === undefined)
    return {
      kind: 'none',
      reason: losers.some((loser) => loser.isOutOfScope) ? 'namespaceNotAllowed' : 'noPolicy',
      losers,
    };
  for (const other of others) {
    losers.push({
      policy: other.metadata.name,
      why: `${policy.metadata.name} has priority ${policy.spec.priority} before ${other.spec.priority}`,
    });
  }
  return { kind: 'match', policy, losers };
}
