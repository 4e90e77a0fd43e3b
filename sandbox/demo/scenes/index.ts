import { configError } from './config-error.ts';
import { crashAtStart } from './crash-at-start.ts';
import { crashLoop } from './crash-loop.ts';
import { hpaAtMax } from './hpa-at-max.ts';
import { imagePull } from './image-pull.ts';
import { jobFailed } from './job-failed.ts';
import { liveness } from './liveness.ts';
import { memoryLeak } from './memory-leak.ts';
import { nodeDiskFull } from './node-disk-full.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { nodePressure } from './node-pressure.ts';
import { oomKilled } from './oom-killed.ts';
import { podPending } from './pod-pending.ts';
import { pvcNearlyFull } from './pvc-nearly-full.ts';
import { readiness } from './readiness.ts';
import type { Scene } from './scene.ts';
import { stuckRollout } from './stuck-rollout.ts';
import { unschedulable } from './unschedulable.ts';

/** Every scene, in the order in which they are listed and played. */
export const scenes: readonly Scene[] = [
  memoryLeak,
  oomKilled,
  crashLoop,
  crashAtStart,
  readiness,
  liveness,
  imagePull,
  configError,
  unschedulable,
  podPending,
  stuckRollout,
  jobFailed,
  pvcNearlyFull,
  hpaAtMax,
  nodeNotReady,
  nodePressure,
  nodeDiskFull,
];
