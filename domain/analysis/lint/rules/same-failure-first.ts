import { defineLintRule } from '../rule.ts';

/** The stop for a failure that stays the same comes before the last step. */
export const sameFailureFirst = defineLintRule({
  code: 'sameFailureFirst',
  severity: 'warning',
  summary: 'The stop for a failure that stays the same (guards.sameFailure) comes before the last step of the ladder.',
  find: ({ spec }) => {
    const { sameFailure } = spec.guards;
    if (sameFailure >= spec.steps.length) return [];
    return [
      {
        path: ['spec', 'guards', 'sameFailure'],
        message: `ends the ladder after ${sameFailure} acts against the same failure, before ${spec.steps[sameFailure]?.action ?? 'the last step'}`,
        fix: `Write ${spec.steps.length}, or take steps away.`,
      },
    ];
  },
});
