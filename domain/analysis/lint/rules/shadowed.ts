import type { Policy } from '../../../policy/policy.ts';
import type { Budget } from '../language/budget.ts';
import { defineLintRule } from '../rule.ts';
import { implies, overlap } from '../selection.ts';

/** A policy whose every alert goes to another one. */
export const shadowed = defineLintRule({
  code: 'shadowed',
  severity: 'warning',
  summary:
    'Another policy of higher priority matches every alert that this one matches, so this one never drives a run.',
  find: (policy, { policies, budget }) => {
    const winner = policies.find(
      (other) => beats(other, policy) && implies(policy, other, budget) && isPossible(policy, budget),
    );
    if (winner === undefined) return [];
    const { metadata, spec } = winner;
    return [
      {
        path: ['metadata', 'name'],
        message: `never wins: ${metadata.name} has priority ${spec.priority} before ${policy.spec.priority} and matches all that it matches`,
        fix: `Raise its priority above ${spec.priority}, narrow ${metadata.name}, or take it away.`,
      },
    ];
  },
});

const beats = (other: Policy, policy: Policy) => other !== policy && other.spec.priority > policy.spec.priority;

/** A policy that matches nothing is told so by another rule. */
const isPossible = (policy: Policy, budget: Budget) => overlap(policy, policy, budget).kind !== 'no';
