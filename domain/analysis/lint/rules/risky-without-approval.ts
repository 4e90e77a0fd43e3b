import { defineLintRule } from '../rule.ts';

/** A dangerous step that nobody is asked about. */
export const riskyWithoutApproval = defineLintRule({
  code: 'riskyWithoutApproval',
  severity: 'warning',
  summary: 'In mode Auto a step of high risk is taken without a person’s approval.',
  find: ({ spec }) =>
    spec.steps.flatMap(({ action, risk, approval }, index) =>
      spec.mode !== 'Auto' || risk !== 'high' || approval !== 'None'
        ? []
        : [
            {
              path: ['spec', 'steps', index],
              message: `${action} is of high risk and nobody is asked before it`,
              fix: 'Add approval: Required to the step.',
            },
          ],
    ),
});
