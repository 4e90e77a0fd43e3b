import { injectFault } from '../sandbox/faults.ts';
import type { KubernetesObject } from '../sandbox/kubernetes-api.ts';
import { eventually } from '../sandbox/process.ts';
import { SandboxError } from '../sandbox/sandbox-error.ts';
import type { Bed } from './bed.ts';

/** A Deployment of three pods, some of which crash. */
export interface Workload {
  namespace: string;
  name: string;
  crashing: string[];
  healthy: string[];
}

/** Where workloads shall be, what they are called, and how many of the three pods of each shall crash. */
export interface Wanted {
  namespace: string;
  names: readonly string[];
  crashing: number;
  /** Where all the pods run; anywhere, unless given. */
  node?: string;
}

interface Pod {
  metadata: { name: string; labels: { app: string } };
  status: {
    conditions?: { type: string; status: string }[];
    containerStatuses?: { restartCount: number; state: { waiting?: { reason: string } } }[];
  };
}

const replicas = 3;
/** From here on the simulated kubelet restarts a container once in 10 s only, so that the cluster is quiet. */
const restarts = 3;
const withinMs = 180_000;

/** Each has an image of its own, so that nothing is common to several. */
const deployment = (name: string, { namespace, node }: Wanted): KubernetesObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        ...(node !== undefined && { nodeSelector: { 'kubernetes.io/hostname': node } }),
        containers: [{ name: 'app', image: `registry.example/${namespace}/${name}:1` }],
      },
    },
  },
});

const isReady = ({ status }: Pod) =>
  status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

const isCrashLooping = ({ status: { containerStatuses: [container] = [] } }: Pod) =>
  (container?.restartCount ?? 0) >= restarts && container?.state.waiting?.reason === 'CrashLoopBackOff';

async function podsIn({ admin }: Bed, namespace: string): Promise<Pod[]> {
  return (await admin.call<{ items: Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)).items;
}

/** Creates the workloads in an empty namespace and breaks pods of theirs; resolves when those crash. */
export async function createWorkloads(bed: Bed, wanted: Wanted): Promise<Workload[]> {
  const { namespace, names, crashing } = wanted;
  await bed.admin.apply(names.map((name) => deployment(name, wanted)));
  let pods: Pod[] = [];
  const areReady = async () => {
    pods = await podsIn(bed, namespace);
    return pods.length === names.length * replicas && pods.every(isReady);
  };
  if (!(await eventually(areReady, withinMs))) throw new SandboxError(`the pods of ${namespace} do not become ready`);
  const workloads = names.map((name) => {
    const own = pods.filter(({ metadata }) => metadata.labels.app === name).map(({ metadata }) => metadata.name);
    return { namespace, name, crashing: own.slice(0, crashing), healthy: own.slice(crashing) };
  });
  for (const pod of workloads.flatMap((workload) => workload.crashing)) {
    await injectFault(bed.sandbox.kubernetes.adminKubeconfig, { namespace, pod }, 'crash-loop');
  }
  const areCrashing = async () =>
    (await podsIn(bed, namespace)).filter(isCrashLooping).length === names.length * crashing;
  if (!(await eventually(areCrashing, withinMs))) throw new SandboxError(`the pods of ${namespace} do not crash`);
  return workloads;
}
