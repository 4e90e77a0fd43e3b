import { crashAtStart } from './crash-at-start.ts';
import { crashLoop } from './crash-loop.ts';
import { jobFailed } from './job-failed.ts';
import { memoryLeak } from './memory-leak.ts';
import { nodeDiskFull } from './node-disk-full.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { nodePressure } from './node-pressure.ts';
import { pvcNearlyFull } from './pvc-nearly-full.ts';
import { readiness } from './readiness.ts';
import type { Scene } from './scene.ts';
import { unschedulable } from './unschedulable.ts';

/** Every scene, in the order in which they are listed and played. */
export const scenes: readonly Scene[] = [
  memoryLeak,
  crashLoop,
  crashAtStart,
  readiness,
  unschedulable,
  jobFailed,
  pvcNearlyFull,
  nodeNotReady,
  nodePressure,
  nodeDiskFull,
];
