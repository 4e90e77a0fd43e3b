import { defineLintRule } from '../rule.ts';
import { pathOf, selectionOf, someValue } from '../selection.ts';

/** Matchers that no alert can fulfil. */
export const neverMatches = defineLintRule({
  code: 'neverMatches',
  severity: 'error',
  summary:
    'The matchers of a label contradict each other, a regular expression cannot match the value that = asks for, or the label namespace is asked to be outside the scope: no alert ever matches.',
  find: (policy, { budget }) => {
    const { spec } = policy;
    const selection = selectionOf(policy);
    return [...new Set(['namespace', ...selection.keys()])].flatMap((label) => {
      const holds = selection.get(label) ?? [];
      const among = label === 'namespace' ? spec.scope.namespaces : undefined;
      const [first] = holds;
      if (first === undefined || someValue(label, { holds }, budget, among).kind !== 'none') return [];
      const asked = holds.map(({ text }) => text).join(' and ');
      const scope = among === undefined ? '' : ` within the scope (${among.join(', ')})`;
      return [
        {
          path: pathOf(first),
          message: `no value of ${label}${scope} fulfils ${asked}, so no alert ever matches`,
          fix: 'Leave one of them out, or write values that one alert can have.',
        },
      ];
    });
  },
});
