import type { Sight } from '../policy/checks/check-kind.ts';
import type { Check } from '../policy/policy.ts';
import type { Shown } from './assessment.ts';

const messageKept = 200;

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

const briefly = <Object extends { conditions: Condition[] }>(object: Object): Object => ({
  ...object,
  conditions: object.conditions.map((condition) => ({
    ...condition,
    message: condition.message.slice(0, messageKept),
  })),
});

/** What was seen when these checks were asked, small enough to keep with the run: no labels, annotations, images or settings. */
export function shownOf(checks: Check[], { pod, workload, node }: Partial<Sight>): Shown {
  return {
    sight: {
      ...(pod && { pod: briefly({ ...pod, labels: {}, images: [], configs: [], claims: [] }) }),
      ...(workload && { workload: briefly({ ...workload, labels: {}, annotations: {}, templateAnnotations: {} }) }),
      ...(node && { node: briefly({ ...node, labels: {}, annotations: {} }) }),
    },
    checks,
  };
}
