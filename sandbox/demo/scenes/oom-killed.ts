import { breakOnePod } from './pod-faults.ts';
import type { Scene } from './scene.ts';
import { app, restartsOf } from './world.ts';

/** The kernel kills one pod of three for its memory, again and again; a fresh one has room. */
export const oomKilled: Scene = {
  name: 'oom-killed',
  title: 'A pod that is OOMKilled',
  policy: 'oom-killed',
  alertname: 'PodOOMKilled',
  broken: 'one pod of three is OOMKilled again and again',
  world: (namespace) => [app(namespace, { memory: '250Mi' })],
  breakIt: (place) => breakOnePod(place, 'oom-killed', 'was killed twice', (pod) => restartsOf(pod) >= 2),
  mustEnd: { outcome: 'remediated', steps: ['evictPod kept, irreversible'], acts: ['create pods/eviction'] },
};
