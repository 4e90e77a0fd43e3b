import clearCache from './clear-cache.ts';
import cordonNode from './cordon-node.ts';
import type { Action } from './define-action.ts';
import drainNode from './drain-node.ts';
import evictPod from './evict-pod.ts';
import httpCall from './http-call.ts';
import recreateJob from './recreate-job.ts';
import rolloutRestart from './rollout-restart.ts';
import runJob from './run-job.ts';
import silenceAlert from './silence-alert.ts';
import uncordonNode from './uncordon-node.ts';

/** Every action there is: one file each, in the order of their names. */
export const actions: readonly Action[] = [
  clearCache,
  cordonNode,
  drainNode,
  evictPod,
  httpCall,
  recreateJob,
  rolloutRestart,
  runJob,
  silenceAlert,
  uncordonNode,
];
