import type { Scene } from './scene.ts';
import { app, podWhere, release, waitsWith } from './world.ts';

/** A release names an image that is not there: no restart is tried, a person allows the rollback. */
export const imagePull: Scene = {
  name: 'image-pull',
  title: 'A release whose image cannot be pulled',
  policy: 'image-pull',
  broken: 'a new release is rolled out whose image is not in the registry',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    await release(place, 'registry.example/shop/app:1.5.0-typo', 'image-pull');
    await podWhere(place, 'cannot pull its image', waitsWith('ImagePullBackOff'));
    return { namespace: place.namespace };
  },
  answers: ['approve'],
  mustEnd: { outcome: 'remediated', steps: ['rollback kept'], acts: ['patch deployments'] },
};
