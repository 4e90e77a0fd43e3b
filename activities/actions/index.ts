import cordonNode from './cordon-node.ts';
import type { Action } from './define-action.ts';
import drainNode from './drain-node.ts';
import evictPod from './evict-pod.ts';
import recreateJob from './recreate-job.ts';
import rolloutRestart from './rollout-restart.ts';
import runJob from './run-job.ts';
import uncordonNode from './uncordon-node.ts';

/** Every action there is: one file each, in the order of their names. */
export const actions: readonly Action[] = [
  cordonNode,
  drainNode,
  evictPod,
  recreateJob,
  rolloutRestart,
  runJob,
  uncordonNode,
];
