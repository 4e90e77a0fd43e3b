import { breakOnePod } from './pod-faults.ts';
import type { Scene } from './scene.ts';
import { app, restartsOf } from './world.ts';

/** A workload whose only pod ends with the same exit code at every start: no restart is taken, a person is asked. */
export const crashAtStart: Scene = {
  name: 'crash-at-start',
  title: 'A pod that ends the same way at every start',
  policy: 'crash-loop',
  alertname: 'PodCrashLooping',
  broken: 'the only pod ends within its first second, with the same exit code each time',
  // A second pod that runs well would show that a fresh one can help.
  world: (namespace) => [app(namespace, { replicas: 1 })],
  breakIt: (place) => breakOnePod(place, 'crash-at-start', 'crashed three times', (pod) => restartsOf(pod) >= 3),
  answers: ['acknowledge', 'take-over'],
  mustEnd: { outcome: 'escalated', reason: 'takenOver', because: 'actionIneffective', steps: [], acts: [] },
};
