import { defineRule } from './rule.ts';

const retryAfterMs = 30_000;

/** Somebody is changing the workload right now; what it looks like in between says little. */
export const rollout = defineRule({
  name: 'rollout',
  statements: ['G12'],
  summary: 'Holds while the workload rolls out a change.',
  reasons: ['rolloutInProgress'],
  settings: ['guards.duringRollout'],
  judge: ({ request }) => {
    const { surroundings, settings } = request;
    if (surroundings.rollout === undefined || settings.duringRollout) return undefined;
    return {
      kind: 'hold',
      reason: 'rolloutInProgress',
      retryAfterMs,
      detail: `a rollout is under way: ${surroundings.rollout}`,
    };
  },
});
