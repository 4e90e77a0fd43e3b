import { injectFault } from '../../faults.ts';
import type { Scene } from './scene.ts';
import { app, podsOf, podWhere, restartsOf } from './world.ts';

/** A pod that ends with the same exit code at every start: no restart is taken, a person is asked. */
export const crashAtStart: Scene = {
  name: 'crash-at-start',
  title: 'A pod that ends the same way at every start',
  policy: 'crash-loop',
  alertname: 'PodCrashLooping',
  broken: 'one pod of three ends within its first second, with the same exit code each time',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    const { namespace, sandbox } = place;
    const [victim] = await podsOf(place);
    const pod = victim?.metadata.name ?? '';
    await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace, pod }, 'crash-at-start');
    await podWhere(place, 'crashed three times', (found) => restartsOf(found) >= 3);
    return { namespace, pod };
  },
  answers: ['acknowledge', 'take-over'],
  mustEnd: { outcome: 'escalated', reason: 'takenOver', because: 'cannotHelp', steps: [], acts: [] },
};
