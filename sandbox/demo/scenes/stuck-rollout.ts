import type { Scene } from './scene.ts';
import { app, deploymentPath, release, until } from './world.ts';

interface Deployment {
  status: { conditions?: { type: string; reason: string }[] };
}

/** The pods of a release never become ready, and the rollout gives up: a person allows that it is rolled back. */
export const stuckRollout: Scene = {
  name: 'stuck-rollout',
  title: 'A rollout that does not finish',
  policy: 'stuck-rollout',
  broken: 'the first pod of a new release does not become ready, and the rollout has given up',
  world: (namespace) => [app(namespace, { spec: { progressDeadlineSeconds: 3 } })],
  async breakIt(place) {
    await release(place, 'registry.example/shop/app:1.5.0', 'not-ready');
    await until('the rollout gives up', async () => {
      const { status } = await place.admin.call<Deployment>('GET', deploymentPath(place.namespace));
      return status.conditions?.some(({ reason }) => reason === 'ProgressDeadlineExceeded') === true;
    });
    return { namespace: place.namespace };
  },
  answers: ['approve'],
  mustEnd: { outcome: 'remediated', steps: ['rollback kept'], acts: ['patch deployments'] },
};
