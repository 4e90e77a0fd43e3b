import { defineLintRule } from '../rule.ts';
import { hasNoEffect, matchersOf, pathOf } from '../selection.ts';

/** A pattern that lets an absent label through. */
export const emptyAlternative = defineLintRule({
  code: 'emptyAlternative',
  severity: 'warning',
  summary: 'A regular expression matches the empty text too, as in "warning|": alerts without the label match as well.',
  find: (policy, { budget }) =>
    matchersOf(policy).flatMap((matcher) => {
      const { label, operator, value } = matcher;
      if (operator !== '=~' || value === '' || !matcher.matches({})) return [];
      // A pattern that matches whatever there is has a rule of its own.
      if (hasNoEffect(matcher, budget)) return [];
      return [
        {
          path: pathOf(matcher),
          message: `matches alerts without the label ${label} as well`,
          fix: `Take the empty alternative away, or add ${label}!="" where it is not meant.`,
        },
      ];
    }),
});
