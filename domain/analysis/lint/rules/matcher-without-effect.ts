import { defineLintRule } from '../rule.ts';
import { hasNoEffect, matchersOf, pathOf } from '../selection.ts';

/** A matcher that every alert fulfils. */
export const matcherWithoutEffect = defineLintRule({
  code: 'matcherWithoutEffect',
  severity: 'warning',
  summary: 'A matcher lets every value through, the absent label included; it narrows nothing.',
  find: (policy, { budget }) =>
    matchersOf(policy).flatMap((matcher) =>
      hasNoEffect(matcher, budget)
        ? [
            {
              path: pathOf(matcher),
              message: 'lets every alert through',
              fix: 'Leave it out, or write the values that are meant.',
            },
          ]
        : [],
    ),
});
