import { defineLintRule } from '../rule.ts';
import { matchersOf, pathOf } from '../selection.ts';

/** A matcher that asks for a label not to be there. */
export const comparedToEmpty = defineLintRule({
  code: 'comparedToEmpty',
  severity: 'warning',
  summary: 'A label is compared to the empty text: that matches only alerts without the label.',
  find: (policy) =>
    matchersOf(policy).flatMap((matcher) => {
      const { label, operator, value } = matcher;
      if (value !== '' || operator.startsWith('!')) return [];
      return [
        {
          path: pathOf(matcher),
          message: `matches only alerts that have no label ${label}`,
          fix: `Write the value that is meant, or ${label}!="" for alerts that have the label.`,
        },
      ];
    }),
});
