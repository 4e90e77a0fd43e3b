import { breakOnePod } from './pod-faults.ts';
import type { Scene } from './scene.ts';
import { app, restartsOf } from './world.ts';

/** The kubelet restarts a container in its place, which does not help; a fresh pod does. */
export const liveness: Scene = {
  name: 'liveness',
  title: 'A pod that fails its liveness probe',
  policy: 'liveness',
  alertname: 'PodLivenessFailing',
  broken: 'the kubelet restarts the container of one pod of three, because its liveness probe fails',
  world: (namespace) => [app(namespace)],
  breakIt: (place) => breakOnePod(place, 'liveness', 'was restarted twice', (pod) => restartsOf(pod) >= 2),
  mustEnd: { outcome: 'remediated', steps: ['evictPod kept, irreversible'], acts: ['create pods/eviction'] },
};
