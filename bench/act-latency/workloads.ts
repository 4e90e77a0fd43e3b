import { injectFault } from '../../sandbox/faults.ts';
import type { KubernetesApi, KubernetesObject } from '../../sandbox/kubernetes-api.ts';
import { eventually } from '../../sandbox/process.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type Bed, namespace } from './bed.ts';
import type { Sample } from './sample.ts';

interface Pod {
  metadata: { name: string; labels: { app?: string }; deletionTimestamp?: string };
  status: {
    conditions?: { type: string; status: string }[];
    containerStatuses?: { restartCount: number; state: { waiting?: { reason: string } } }[];
  };
}

const replicas = 3;
/** From here on the simulated kubelet restarts a container once in 10 s only, so that the cluster is quiet. */
const restarts = 3;

const deployment = (name: string): KubernetesObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: `registry.example/bench/${name}:1` }] },
    },
  },
});

async function podsOf(admin: KubernetesApi): Promise<Pod[]> {
  return (await admin.call<{ items: Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)).items;
}

const isReady = (pod: Pod) =>
  pod.metadata.deletionTimestamp === undefined &&
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

const isCrashLooping = ({ status: { containerStatuses: [container] = [] } }: Pod) =>
  (container?.restartCount ?? 0) >= restarts && container?.state.waiting?.reason === 'CrashLoopBackOff';

/** Creates the workloads, three pods each, breaks one pod of each, and waits until the cluster is quiet around them. */
export async function prepare({ admin, sandbox }: Bed, wanted: readonly Omit<Sample, 'pod'>[]): Promise<Sample[]> {
  await admin.apply(wanted.map(({ workload }) => deployment(workload)));
  let pods: Pod[] = [];
  const areAllReady = async () => {
    pods = await podsOf(admin);
    return pods.length === wanted.length * replicas && pods.every(isReady);
  };
  if (!(await eventually(areAllReady, 60_000))) throw new SandboxError('the workloads of a round do not become ready');
  const samples = wanted.map((sample) => ({
    ...sample,
    pod: pods.find(({ metadata }) => metadata.labels.app === sample.workload)?.metadata.name ?? '',
  }));
  const target = (pod: string) => ({ namespace, pod });
  await Promise.all(
    samples.map(({ pod }) => injectFault(sandbox.kubernetes.adminKubeconfig, target(pod), 'crash-loop')),
  );
  const broken = new Set(samples.map(({ pod }) => pod));
  const areBroken = async () =>
    (await podsOf(admin)).filter((pod) => broken.has(pod.metadata.name)).every(isCrashLooping);
  if (!(await eventually(areBroken, 60_000))) throw new SandboxError('the pods of a round do not crash');
  return samples;
}

/** Whether the sample's workload has all its pods ready again, and no other, within 20 s. */
export function isWholeAgain({ admin }: Bed, { workload }: Sample): Promise<boolean> {
  return eventually(async () => {
    const own = (await podsOf(admin)).filter(({ metadata }) => metadata.labels.app === workload);
    return own.length === replicas && own.every(isReady);
  }, 20_000);
}

/** Deletes the workloads and waits until the last of their pods is gone. */
export async function remove({ admin }: Bed, samples: readonly Sample[]): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const content = { propagationPolicy: 'Background' };
  for (const { workload } of samples) {
    await admin.call('DELETE', `${path}/${workload}`, { type: 'application/json', content });
  }
  if (!(await eventually(async () => (await podsOf(admin)).length === 0, 60_000))) {
    throw new SandboxError('the pods of a round do not go away');
  }
}
