import { formatDuration } from '../../../text/duration.ts';
import { defineLintRule } from '../rule.ts';

/** A proof of health that takes longer than the time for it. */
export const neverStable = defineLintRule({
  code: 'neverStable',
  severity: 'error',
  summary:
    'The time of a step (within) is not longer than healthy.stableFor: the step can never be proven to have helped.',
  find: ({ spec }) =>
    spec.steps.flatMap(({ action, withinMs }, index) =>
      spec.healthy.stableFor < withinMs
        ? []
        : [
            {
              path: ['spec', 'steps', index, 'within'],
              message: `is ${formatDuration(withinMs)}, but ${action} counts as helpful only after ${formatDuration(spec.healthy.stableFor)} of health`,
              fix: `Write more than ${formatDuration(spec.healthy.stableFor)} and the time that ${action} takes, or a shorter healthy.stableFor.`,
            },
          ],
    ),
});
