import type { KubernetesApi } from '../../sandbox/kubernetes-api.ts';
import { namespace } from './bed.ts';

const collection = `/api/v1/namespaces/${namespace}/pods`;
const strategic = 'application/strategic-merge-patch+json';
const lanes = 16;

/** Name of the nth pod. */
export const nameOf = (index: number) => `checkout-${String(index).padStart(5, '0')}`;

/** A pod as a chart writes it; no scheduler looks at it, so that nothing but the bench changes it. */
function podOf(name: string) {
  const env = Array.from({ length: 12 }, (_, index) => ({ name: `SETTING_${index}`, value: `value-of-${index}` }));
  const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 };
  const container = {
    ...{ name: 'app', image: 'registry.example.com/shop/checkout:1.4.2', env },
    ...{ readinessProbe: probe, livenessProbe: probe, ports: [{ containerPort: 8080 }] },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  };
  const labels = { app: 'checkout', 'app.kubernetes.io/part-of': 'shop', 'pod-template-hash': '7d9f8c6b5' };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } },
    spec: { schedulerName: 'none', containers: [container, { name: 'proxy', image: 'registry.example.com/proxy:2' }] },
  };
}

const condition = (type: string, isTrue: boolean) => ({
  ...{ type, status: isTrue ? 'True' : 'False', lastTransitionTime: new Date().toISOString() },
  ...(isTrue ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' }),
});

function statusOf(isIll: boolean) {
  const now = new Date().toISOString();
  const ended = { exitCode: 137, reason: 'OOMKilled', startedAt: now, finishedAt: now };
  const container = (name: string, ill: boolean) => ({
    ...{ name, image: 'registry.example.com/app', imageID: '', ready: true, started: true },
    restartCount: ill ? 1 : 0,
    state: { running: { startedAt: now } },
    lastState: ill ? { terminated: ended } : null,
  });
  const types = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  return {
    status: {
      ...{ phase: 'Running', podIP: '10.0.0.1', startTime: now },
      conditions: types.map((type) => condition(type, true)),
      containerStatuses: [container('app', isIll), container('proxy', false)],
    },
  };
}

/** Makes the pod ill or well; resolves with when it was sent and when the API server had done it, Unix ms. */
export async function setStatus(admin: KubernetesApi, name: string, isIll: boolean) {
  const sentAtMs = Date.now();
  // A list is merged by its names or replaced whole; only whole can it lose what a container ended with.
  const type = isIll ? strategic : 'application/merge-patch+json';
  await admin.call('PATCH', `${collection}/${name}/status`, { type, content: statusOf(isIll) });
  return { sentAtMs, answeredAtMs: Date.now() };
}

/** Creates the pods from one number to another, running and ready. */
export async function createPods(admin: KubernetesApi, from: number, to: number): Promise<void> {
  let next = from;
  const lane = async () => {
    for (let index = next++; index < to; index = next++) {
      const name = nameOf(index);
      await admin.call('POST', collection, { type: 'application/json', content: podOf(name) });
      await setStatus(admin, name, false);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
