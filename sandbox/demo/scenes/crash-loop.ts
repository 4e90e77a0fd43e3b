import { breakOnePod } from './pod-faults.ts';
import type { Scene } from './scene.ts';
import { app, restartsOf } from './world.ts';

/** One pod of three crashes in its place; a fresh one does not. */
export const crashLoop: Scene = {
  name: 'crash-loop',
  title: 'A pod that crashes again and again',
  policy: 'crash-loop',
  alertname: 'PodCrashLooping',
  broken: 'one pod of three crashes, again and again; a fresh one would not',
  world: (namespace) => [app(namespace)],
  breakIt: (place) => breakOnePod(place, 'crash-loop', 'crashed three times', (pod) => restartsOf(pod) >= 3),
  mustEnd: { outcome: 'remediated', steps: ['evictPod kept, irreversible'], acts: ['create pods/eviction'] },
};
