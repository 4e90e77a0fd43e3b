import type { Scene } from './scene.ts';
import { app, changeTemplate, conditionFor, podWhere } from './world.ts';

/** A release mounts a volume claim that does not exist: no restart is tried, a person allows the rollback. */
export const podPending: Scene = {
  name: 'pod-pending',
  title: 'A pod that waits for a volume which is not there',
  policy: 'pod-pending',
  alertname: 'PodPending',
  broken: 'a new release mounts a volume claim that does not exist',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    await changeTemplate(place, { spec: { volumes } });
    // The policy waits for two seconds, and times are told in whole seconds.
    const { metadata } = await podWhere(place, 'waits for its volume', (pod) =>
      conditionFor('PodScheduled', 'False', 3_000, pod),
    );
    return { namespace: place.namespace, pod: metadata.name };
  },
  answers: ['approve'],
  mustEnd: { outcome: 'remediated', steps: ['rollback kept'], acts: ['patch deployments'] },
};
