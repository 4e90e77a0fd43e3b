import { RE2JS } from 're2js';
import type { Alert } from './alert.ts';
import type { Policy } from './policy.ts';

/** One matcher in Alertmanager syntax. A label the alert lacks counts as empty, as in Alertmanager. */
export interface Matcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
  matches(labels: Record<string, string>): boolean;
}

const shape = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"\s,{}]*))\s*$/s;

/**
 * Reads `severity=~"warning|critical"`. Regular expressions have RE2 semantics (linear time) and are anchored.
 * Throws an Error whose message says what is wrong with the text.
 */
export function parseMatcher(text: string): Matcher {
  const found = shape.exec(text);
  const [, label, operator, quoted, bare] = found ?? [];
  if (label === undefined || operator === undefined) {
    throw new Error(`"${text}" is not a matcher; write one such as alertname="MemoryLeakDetected"`);
  }
  const value = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(["\\n])/g, (_, c) => (c === 'n' ? '\n' : c));
  return { label, operator: operator as Matcher['operator'], value, matches: tester(label, operator, value) };
}

function tester(label: string, operator: string, value: string): Matcher['matches'] {
  if (operator === '=') return (labels) => (labels[label] ?? '') === value;
  if (operator === '!=') return (labels) => (labels[label] ?? '') !== value;
  const pattern = RE2JS.compile(value);
  const wanted = operator === '=~';
  return (labels) => pattern.matches(labels[label] ?? '') === wanted;
}

/** A policy that does not drive the run, and why. */
export interface Loser {
  policy: string;
  why: string;
  /** All matchers hold; only the namespace is outside its scope. */
  isOutOfScope?: true;
}

/** Who lost, as far as a person needs to know it: those that matched but for the namespace, or everybody. */
export function relevantLosers(choice: Extract<Choice, { kind: 'none' }>): Loser[] {
  return choice.reason === 'noPolicy' ? choice.losers : choice.losers.filter(({ isOutOfScope }) => isOutOfScope);
}

export type Choice =
  | { kind: 'match'; policy: Policy; losers: Loser[] }
  | { kind: 'none'; reason: 'noPolicy' | 'namespaceNotAllowed'; losers: Loser[] };

const compiled = new WeakMap<Policy, { text: string; matcher: Matcher }[]>();

/** A policy's matchers, compiled once: every alert asks every policy. */
function matchersOf(policy: Policy) {
  const matchers =
    compiled.get(policy) ?? policy.spec.match.alerts.map((text) => ({ text, matcher: parseMatcher(text) }));
  compiled.set(policy, matchers);
  return matchers;
}

/** The one policy that drives an alert's run: all matchers hold, the namespace is in scope, highest priority, then name. */
export function choosePolicy(policies: readonly Policy[], alert: Pick<Alert, 'labels'>): Choice {
  const losers: Loser[] = [];
  const candidates: Policy[] = [];
  for (const policy of policies) {
    const failing = matchersOf(policy).find(({ matcher }) => !matcher.matches(alert.labels))?.text;
    const namespace = alert.labels.namespace ?? '';
    if (failing !== undefined) {
      losers.push({ policy: policy.metadata.name, why: `${failing} does not match` });
    } else if (!policy.spec.scope.namespaces.includes(namespace)) {
      losers.push({
        policy: policy.metadata.name,
        why: `namespace "${namespace}" is outside its scope`,
        isOutOfScope: true,
      });
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
