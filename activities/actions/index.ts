import clearCache from './clear-cache.ts';
import cordonNode from './cordon-node.ts';
import type { Action } from './define-action.ts';
import deletePod from './delete-pod.ts';
import deleteStuckPod from './delete-stuck-pod.ts';
import drainNode from './drain-node.ts';
import evictPod from './evict-pod.ts';
import httpCall from './http-call.ts';
import raiseHpaMax from './raise-hpa-max.ts';
import raiseMemoryLimit from './raise-memory-limit.ts';
import recreateJob from './recreate-job.ts';
import rollback from './rollback.ts';
import rolloutRestart from './rollout-restart.ts';
import runJob from './run-job.ts';
import scale from './scale.ts';
import silenceAlert from './silence-alert.ts';
import uncordonNode from './uncordon-node.ts';

/** Every action there is: one file each, in the order of their names. */
export const actions: readonly Action[] = [
  clearCache,
  cordonNode,
  deletePod,
  deleteStuckPod,
  drainNode,
  evictPod,
  httpCall,
  raiseHpaMax,
  raiseMemoryLimit,
  recreateJob,
  rollback,
  rolloutRestart,
  runJob,
  scale,
  silenceAlert,
  uncordonNode,
];
