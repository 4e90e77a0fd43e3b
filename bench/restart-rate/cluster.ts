import type { KubernetesApi, KubernetesObject } from '../../sandbox/kubernetes-api.ts';
import type { SeenPod, Write } from './kubelet.ts';

const label = { key: 'bench', value: 'restart-rate' } as const;
/** One of them will be hopeless; the others keep the workload alive, so that an eviction is allowed at all. */
export const replicas = 3;

/** Annotation by which the simulated kubelets leave a pod to us: a fault that they do not know. */
const annotations = { 'sandbox.mendflow.dev/fault': 'played-by-the-bench' };

/** The workload of a namespace. */
const workload = (namespace: string): KubernetesObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app', namespace } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'app' } },
    template: {
      metadata: { labels: { app: 'app', [label.key]: label.value }, annotations },
      spec: { containers: [{ name: 'app', image: `registry.example/${namespace}/app:1` }] },
    },
  },
});

interface Pod {
  metadata: { uid: string; namespace: string; name: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
}

/** Creates a workload in each of the namespaces. */
export function createWorkloads(admin: KubernetesApi, namespaces: readonly string[]): Promise<void> {
  return admin.apply(namespaces.map(workload));
}

/** Whether every replica of every workload is ready, as its controller says. */
export async function areReady(admin: KubernetesApi, namespaces: readonly string[]): Promise<boolean> {
  const path = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/app`;
  const found = await Promise.all(
    namespaces.map((namespace) => admin.call<{ status: { readyReplicas?: number } }>('GET', path(namespace))),
  );
  return found.every(({ status }) => status.readyReplicas === replicas);
}

/** All pods of these workloads. */
export async function listPods(admin: KubernetesApi): Promise<SeenPod[]> {
  const path = `/api/v1/pods?labelSelector=${label.key}%3D${label.value}`;
  const { items } = await admin.call<{ items: Pod[] }>('GET', path);
  return items.map(({ metadata: { uid, namespace, name, deletionTimestamp }, spec }) => ({
    ...{ uid, namespace, name },
    isScheduled: spec.nodeName !== undefined,
    isDeleting: deletionTimestamp !== undefined,
  }));
}

/** Writes the status as a kubelet would; a pod that is gone by now is no fault. */
export async function writeStatus(admin: KubernetesApi, write: Write): Promise<void> {
  const { namespace, name } = write.pod;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  const content = { status: statusOf(write, new Date().toISOString()) };
  await admin.call('PATCH', path, { type: 'application/merge-patch+json', content }).catch((error: Error) => {
    if (!error.message.includes(': 404 ')) throw error;
  });
}

function statusOf({ kind, restarts }: Write, at: string) {
  const isReady = kind === 'ready';
  const condition = (type: string, status: boolean) => ({
    ...{ type, status: status ? 'True' : 'False', lastTransitionTime: at },
  });
  const terminated = { exitCode: 1, reason: 'Error', startedAt: at, finishedAt: at };
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container=app' };
  const states = isReady
    ? { state: { running: { startedAt: at } } }
    : { state: { waiting }, lastState: { terminated } };
  return {
    ...{ phase: 'Running', hostIP: '127.0.0.1', podIP: '10.244.0.1', startTime: at },
    conditions: [
      ...[condition('PodScheduled', true), condition('Initialized', true)],
      ...[condition('ContainersReady', isReady), condition('Ready', isReady)],
    ],
    containerStatuses: [
      {
        ...{ name: 'app', image: 'registry.example/app:1', imageID: 'registry.example/app:1' },
        ...{ ready: isReady, started: isReady, restartCount: restarts },
        ...states,
      },
    ],
  };
}
