import { defineLintRule } from '../rule.ts';
import { alertInWords, overlap } from '../selection.ts';

/** Two policies of one priority for the same alert. */
export const tied = defineLintRule({
  code: 'tied',
  severity: 'error',
  summary:
    'Two policies of the same priority can match the same alert in a namespace of both; only their names would decide.',
  find: (policy, { policies, budget }) =>
    // Reported once, in the policy that comes later.
    policies.slice(0, policies.indexOf(policy)).flatMap((other) => {
      if (other.spec.priority !== policy.spec.priority) return [];
      const both = overlap(policy, other, budget);
      if (both.kind !== 'yes') return [];
      return [
        {
          path: ['spec', 'priority'],
          message: `ties with ${other.metadata.name} at ${policy.spec.priority}: both match ${alertInWords(both.example)}`,
          fix: `Give one of them a higher priority, such as ${policy.spec.priority + 10}.`,
        },
      ];
    }),
});
