import { adviceFor } from '../../faults/index.ts';
import { replacesPods } from '../ladder.ts';
import { defineLintRule } from '../rule.ts';

/** Failure classes that a fresh pod of the same template shows again. */
const hopeless: readonly string[] = ['ImagePullBackOff', 'CreateContainerConfigError'];

/** A ladder of restarts against a fault of the template. */
export const restartCannotHelp = defineLintRule({
  code: 'restartCannotHelp',
  severity: 'warning',
  summary: 'Every step only restarts pods, but the fault that is verified comes back with each fresh pod.',
  find: ({ spec }) => {
    const conditions = spec.verify.flatMap((check) => ('podCondition' in check ? [check.podCondition.reason] : []));
    const reason = conditions.find((condition) => hopeless.includes(condition));
    if (reason === undefined || !spec.steps.every(replacesPods)) return [];
    return [
      {
        path: ['spec', 'steps'],
        message: `only restart pods, which does not cure ${reason}: ${adviceFor(reason) ?? 'a person is needed.'}`,
        fix: 'Add a step that changes what runs, or let the policy only tell people.',
      },
    ];
  },
});
