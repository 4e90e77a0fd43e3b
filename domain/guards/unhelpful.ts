import { defineGuard } from './guard.ts';

/** A remedy that never helps only makes things worse: a crash that comes back at once resets the kubelet's back-off. */
export const unhelpful = defineGuard({
  name: 'unhelpful',
  statements: ['G17'],
  summary: 'Denies a step that never helps against what the pod shows; the next step of the ladder is tried.',
  reasons: ['cannotHelp'],
  settings: [],
  judge: ({ request: { surroundings, step } }) => {
    const found = surroundings.unhelpful?.find(({ actions }) => actions.includes(step.action));
    return found && { kind: 'deny', reason: 'cannotHelp', detail: `${step.action} does not help: ${found.why}` };
  },
});
