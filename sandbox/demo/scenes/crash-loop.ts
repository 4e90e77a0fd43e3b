import { injectFault } from '../../faults.ts';
import type { Scene } from './scene.ts';
import { app, podsOf, podWhere, restartsOf } from './world.ts';

/** One pod of three crashes in its place; a fresh one does not. */
export const crashLoop: Scene = {
  name: 'crash-loop',
  title: 'A pod that crashes again and again',
  policy: 'crash-loop',
  alertname: 'PodCrashLooping',
  broken: 'one pod of three crashes, again and again; a fresh one would not',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    const { namespace, sandbox } = place;
    const [victim] = await podsOf(place);
    const pod = victim?.metadata.name ?? '';
    await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace, pod }, 'crash-loop');
    await podWhere(place, 'crashed three times', (found) => restartsOf(found) >= 3);
    return { namespace, pod };
  },
  mustEnd: { outcome: 'remediated', steps: ['evictPod kept, irreversible'], acts: ['create pods/eviction'] },
};
