import type { Scene } from './scene.ts';
import { app, deploymentPath, podWhere } from './world.ts';

/** A release mounts a volume claim that does not exist: no restart is tried, a person allows the rollback. */
export const podPending: Scene = {
  name: 'pod-pending',
  title: 'A pod that waits for a volume which is not there',
  policy: 'pod-pending',
  alertname: 'PodPending',
  broken: 'a new release mounts a volume claim that does not exist',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    const { admin, namespace } = place;
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    const content = { spec: { template: { spec: { volumes } } } };
    const type = 'application/strategic-merge-patch+json';
    await admin.call('PATCH', deploymentPath(namespace), { type, content });
    // The policy waits for two seconds, and times are told in whole seconds.
    const { metadata } = await podWhere(place, 'waits for its volume', ({ status }) =>
      (status.conditions ?? []).some(
        ({ type, status: value, lastTransitionTime = '' }) =>
          type === 'PodScheduled' && value === 'False' && Date.now() - Date.parse(lastTransitionTime) >= 3_000,
      ),
    );
    return { namespace, pod: metadata.name };
  },
  answers: ['approve'],
  mustEnd: { outcome: 'remediated', steps: ['rollback kept'], acts: ['patch deployments'] },
};
