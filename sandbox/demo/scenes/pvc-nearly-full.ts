import type { KubernetesObject } from '../../kubernetes-api.ts';
import type { Scene } from './scene.ts';
import { app, isMeasured, podsOf, until } from './world.ts';

/** A claim that is bound by hand: nobody provisions volumes here. */
function claim(namespace: string): KubernetesObject[] {
  const [name, volume] = ['data', `${namespace}-data`];
  const storage = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
  return [
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volume } },
      spec: {
        ...{ ...storage, capacity: { storage: '10Gi' }, hostPath: { path: '/data' } },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name },
      },
    },
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
      metadata: { name, namespace, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
      spec: { ...storage, resources: { requests: { storage: '10Gi' } }, volumeName: volume },
    },
  ];
}

/** A volume fills up: no pod is restarted for it, people are told while there is room. */
export const pvcNearlyFull: Scene = {
  name: 'pvc-nearly-full',
  title: 'A volume that is nearly full',
  policy: 'pvc-nearly-full',
  alertname: 'VolumeNearlyFull',
  needsPrometheus: true,
  broken: 'the volume of a database is 95 % full',
  world: (namespace) => [...claim(namespace), app(namespace, { replicas: 1, claim: 'data' })],
  async breakIt(place) {
    const { admin, namespace } = place;
    const [pod] = await podsOf(place);
    const annotations = { 'sandbox.mendflow.dev/claim': 'data', 'sandbox.mendflow.dev/claim-used-percent': '95' };
    await admin.call('PATCH', `/api/v1/namespaces/${namespace}/pods/${pod?.metadata.name}`, {
      type: 'application/merge-patch+json',
      content: { metadata: { annotations } },
    });
    const full = `kubelet_volume_stats_available_bytes{namespace="${namespace}", persistentvolumeclaim="data"} < 1e9`;
    await until('Prometheus measures the volume', () => isMeasured(place, full));
    return { namespace, persistentvolumeclaim: 'data' };
  },
  answers: ['acknowledge', 'take-over'],
  mustEnd: { outcome: 'escalated', reason: 'takenOver', because: 'ladderExhausted', steps: [], acts: [] },
};
