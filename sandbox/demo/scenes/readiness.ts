import { breakOnePod } from './pod-faults.ts';
import type { Scene } from './scene.ts';
import { app, isUnready } from './world.ts';

/** One pod of three runs and does not answer its readiness probe; a fresh one does. */
export const readiness: Scene = {
  name: 'readiness',
  title: 'A pod that fails its readiness probe',
  policy: 'readiness',
  broken: 'one pod of three runs, and is not ready',
  world: (namespace) => [app(namespace)],
  breakIt: (place) => breakOnePod(place, 'not-ready', 'is not ready', isUnready),
  mustEnd: { outcome: 'remediated', steps: ['evictPod kept, irreversible'], acts: ['create pods/eviction'] },
};
