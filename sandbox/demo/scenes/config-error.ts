import type { Scene } from './scene.ts';
import { app, podWhere, release, waitsWith } from './world.ts';

/** A release needs a ConfigMap that is not there: no restart is tried, a person allows the rollback. */
export const configError: Scene = {
  name: 'config-error',
  title: 'A release that lacks its configuration',
  policy: 'config-error',
  broken: 'a new release is rolled out that needs a ConfigMap which does not exist',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    await release(place, 'registry.example/shop/app:1.5.0', 'config-error');
    await podWhere(place, 'lacks its configuration', waitsWith('CreateContainerConfigError'));
    return { namespace: place.namespace };
  },
  answers: ['approve'],
  mustEnd: { outcome: 'remediated', steps: ['rollback kept'], acts: ['patch deployments'] },
};
