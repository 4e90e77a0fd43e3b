import type { Risk } from '../../../policy/action.ts';
import type { PlannedStep } from '../../../policy/policy.ts';
import { defineLintRule } from '../rule.ts';

/** A step that is tried in a certain case only, and else left out, may stand before milder ones. */
const isConditional = ({ params }: PlannedStep) => 'changedWithinMinutes' in params;

const order: Record<Risk, number> = { low: 0, medium: 1, high: 2 };

/** A ladder that goes down. */
export const stepsOutOfOrder = defineLintRule({
  code: 'stepsOutOfOrder',
  severity: 'warning',
  summary: 'A milder step stands after a riskier one; the mildest remedy is tried first.',
  find: ({ spec }) =>
    spec.steps.flatMap((step, index) => {
      const before = spec.steps.slice(0, index).filter((other) => !isConditional(other));
      const riskier = before.find(({ risk }) => order[risk] > order[step.risk]);
      if (riskier === undefined) return [];
      return [
        {
          path: ['spec', 'steps', index],
          message: `${step.action} (${step.risk} risk) comes after ${riskier.action} (${riskier.risk} risk)`,
          fix: `Put ${step.action} before ${riskier.action}.`,
        },
      ];
    }),
});
