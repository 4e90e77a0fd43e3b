import type { Policy } from '../../../policy/policy.ts';
import { defineLintRule } from '../rule.ts';
import { matcherLanguage, matchersOf, overlap, pathOf } from '../selection.ts';

/** Ties that cannot be ruled out. */
export const notCompared = defineLintRule({
  code: 'notCompared',
  severity: 'warning',
  summary:
    'A regular expression uses what lint does not follow (flags, word boundaries, Unicode classes, very large counts), or following it would take too long, so a tie with another policy of the same priority cannot be ruled out.',
  find: (policy, { policies, budget }) => {
    const others = policies.filter(
      (other) =>
        other !== policy &&
        other.spec.priority === policy.spec.priority &&
        overlap(policy, other, budget).kind === 'undecided',
    );
    if (others.length === 0) return [];
    const names = namesOf(others);
    const unreadable = unread(policy);
    if (unreadable.length === 0) {
      // One that cannot be read says so itself; both of the others can, and the budget ended the comparison.
      const slow = others.filter((other) => unread(other).length === 0);
      if (slow.length === 0) return [];
      return [
        {
          path: ['spec', 'match', 'alerts'],
          message: `comparing it with ${namesOf(slow)} of the same priority would take too long`,
          fix: 'Write simpler regular expressions, or give the policies different priorities.',
        },
      ];
    }
    return unreadable.map((matcher) => ({
      path: pathOf(matcher),
      message: `cannot be compared with ${names} of the same priority`,
      fix: 'Write it without flags and word boundaries, or give the policies different priorities.',
    }));
  },
});

const namesOf = (policies: readonly Policy[]) => policies.map(({ metadata }) => metadata.name).join(', ');

/** Matchers whose regular expression is not understood. */
const unread = (policy: Policy) => matchersOf(policy).filter((matcher) => matcherLanguage(matcher) === undefined);
