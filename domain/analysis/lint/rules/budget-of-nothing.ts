import type { Amount } from '../../../policy/amount.ts';
import { defineLintRule } from '../rule.ts';

const isNone = (amount: Amount) => ('count' in amount ? amount.count === 0 : amount.percent === 0);

/** A budget that is spent before the first act. */
export const budgetOfNothing = defineLintRule({
  code: 'budgetOfNothing',
  severity: 'error',
  summary: 'A budget of 0% never permits an act: every step is held until a person is asked.',
  find: ({ spec }) =>
    spec.guards.budgets.flatMap(({ max, scope }, index) =>
      isNone(max)
        ? [
            {
              path: ['spec', 'guards', 'budgets', index, 'max'],
              message: `permits no act in any ${scope}, so the policy never acts`,
              fix: 'Write a number or a share above 0, or mode: Observe for a policy that must not act.',
            },
          ]
        : [],
    ),
});
