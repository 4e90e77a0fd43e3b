import { defineLintRule } from '../rule.ts';

/** Fewer acts than steps. */
export const attemptsBelowSteps = defineLintRule({
  code: 'attemptsBelowSteps',
  severity: 'warning',
  summary:
    'A run, or the workload in its period, may act fewer times than there are steps: the last steps are never taken.',
  find: ({ spec }) => {
    const { perEpisode, max } = spec.guards.attempts;
    const steps = spec.steps.length;
    const field = perEpisode < steps ? 'perEpisode' : 'max';
    const allowed = Math.min(perEpisode, max);
    if (allowed >= steps) return [];
    return [
      {
        path: ['spec', 'guards', 'attempts', field],
        message: `allows ${allowed} ${allowed === 1 ? 'act' : 'acts'} for ${steps} steps, so ${spec.steps[allowed]?.action ?? 'the last'} is never reached`,
        fix: `Write ${steps} or more, or take steps away.`,
      },
    ];
  },
});
