import type { Policy } from '../../policy.ts';
import { defineLintRule } from '../rule.ts';
import { matcherLanguage, matchersOf, overlap, pathOf } from '../selection.ts';

/** Ties that cannot be ruled out. */
export const notCompared = defineLintRule({
  code: 'notCompared',
  severity: 'warning',
  summary:
    'A regular expression uses what lint does not follow (flags, word boundaries, Unicode classes, very large counts), so a tie with another policy of the same priority cannot be ruled out.',
  find: (policy, { policies }) => {
    const others = policies.filter(
      (other) =>
        other !== policy && other.spec.priority === policy.spec.priority && overlap(policy, other).kind === 'undecided',
    );
    if (others.length === 0) return [];
    const names = others.map(({ metadata }) => metadata.name).join(', ');
    return unread(policy).map((matcher) => ({
      path: pathOf(matcher),
      message: `cannot be compared with ${names} of the same priority`,
      fix: 'Write it without flags and word boundaries, or give the policies different priorities.',
    }));
  },
});

/** Matchers whose regular expression is not understood. */
const unread = (policy: Policy) => matchersOf(policy).filter((matcher) => matcherLanguage(matcher) === undefined);
