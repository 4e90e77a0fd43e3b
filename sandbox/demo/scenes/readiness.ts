import { injectFault } from '../../faults.ts';
import type { Scene } from './scene.ts';
import { app, isReady, podsOf, podWhere } from './world.ts';

/** One pod of three runs and does not answer its readiness probe; a fresh one does. */
export const readiness: Scene = {
  name: 'readiness',
  title: 'A pod that fails its readiness probe',
  policy: 'readiness',
  broken: 'one pod of three runs, and is not ready',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    const { namespace, sandbox } = place;
    const [victim] = await podsOf(place);
    const pod = victim?.metadata.name ?? '';
    await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace, pod }, 'not-ready');
    await podWhere(place, 'is not ready', (found) => found.metadata.name === pod && !isReady(found));
    return { namespace, pod };
  },
  mustEnd: { outcome: 'remediated', steps: ['evictPod kept, irreversible'], acts: ['create pods/eviction'] },
};
