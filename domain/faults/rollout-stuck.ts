import { defineConditionFault } from './fault-class.ts';

/** A Deployment made no progress within its own progressDeadlineSeconds. */
export const rolloutStuck = defineConditionFault({
  about: 'deployment',
  name: 'RolloutStuck',
  showsAs: 'The Deployment’s condition Progressing is False with the reason ProgressDeadlineExceeded.',
  advice:
    'The old pods still serve: roll back, or correct what the new ones wait for; a restart begins the same again.',
  helps: ['rollback'],
  never: ['rolloutRestart', 'scale', 'raiseHpaMax', 'cordonNode', 'uncordonNode'],
  conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
  // The deadline was the tolerance.
  toleranceMs: 0,
});
