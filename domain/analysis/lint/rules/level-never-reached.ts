import { defineLintRule } from '../rule.ts';

/** An escalation that does not reach its next level. */
export const levelNeverReached = defineLintRule({
  code: 'levelNeverReached',
  severity: 'error',
  summary: 'A level of the escalation has no acknowledgeWithin but another level behind it, which is never told.',
  find: ({ spec }) =>
    spec.escalation.slice(0, -1).flatMap(({ acknowledgeWithin, notify }, index) =>
      acknowledgeWithin !== undefined
        ? []
        : [
            {
              path: ['spec', 'escalation', index],
              message: `has no acknowledgeWithin, so nobody after ${notify.join(', ')} is ever told`,
              fix: 'Add acknowledgeWithin: 15m to the level.',
            },
          ],
    ),
});
