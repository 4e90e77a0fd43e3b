import { defineConditionFault } from './fault-class.ts';

/** A Job gave up: no retry is left, its deadline passed, or its failure policy says so. */
export const jobFailed = defineConditionFault({
  about: 'job',
  name: 'JobFailed',
  showsAs:
    'The Job’s condition Failed is True; the reason is BackoffLimitExceeded, DeadlineExceeded or PodFailurePolicy.',
  advice: 'A Job that failed never runs again: a copy of it must, once what it needs is there.',
  helps: ['recreateJob', 'runJob'],
  never: ['evictPod', 'deletePod', 'rolloutRestart', 'rollback', 'scale', 'raiseHpaMax', 'deleteStuckPod'],
  conditions: [{ type: 'Failed', status: 'True' }],
  toleranceMs: 0,
});
