import { readyFor } from '../../../sandbox/demo/scenes/world.ts';
import { injectFault } from '../../../sandbox/faults.ts';
import type { KubernetesApi } from '../../../sandbox/kubernetes-api.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { until } from './until.ts';

export interface PodObject {
  metadata: { name: string; namespace: string; uid: string; deletionTimestamp?: string };
  status: {
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
    containerStatuses?: { restartCount: number; state: { waiting?: { reason: string } } }[];
  };
}

/** Where a workload is. */
export interface Place {
  namespace: string;
  name: string;
}

const faultKey = 'sandbox.mendflow.dev/fault';
export const aContainer = { name: 'app', image: 'registry.example/app:1' };

/** All pods run on it: acts in two zones wait for each other. */
const oneNode = { 'kubernetes.io/hostname': 'node-a1' };
/** A node in another zone. */
export const farNode = { 'kubernetes.io/hostname': 'node-b1' };
/** Others that run there, so that it is nothing that only those have in common that fall ill. */
const bystanders = ['bystander-1', 'bystander-2', 'bystander-3'];

const aBystander = (namespace: string, app: string) => ({
  ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: app, namespace } },
  spec: {
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: { containers: [aContainer], nodeSelector: oneNode } },
  },
});

/** Creates the namespaces, with bystanders; resolves when pods can be created in them. */
export async function createNamespaces(admin: KubernetesApi, names: readonly string[], labels = {}): Promise<void> {
  await admin.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })));
  for (const name of names) {
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    await until(`the account of ${name}`, async () => (await admin.call('GET', account)) !== undefined);
    await admin.apply(bystanders.map((app) => aBystander(name, app)));
  }
}

/** The pods of a workload; those on their way out only where they are asked for. */
export async function podsOf(
  admin: KubernetesApi,
  { namespace, name }: Place,
  { isTerminatingToo = false } = {},
): Promise<PodObject[]> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`;
  const { items } = await admin.call<{ items: PodObject[] }>('GET', path);
  return items.filter(({ metadata }) => isTerminatingToo || metadata.deletionTimestamp === undefined);
}

/** As its conditions say. */
export const isReady = ({ status }: PodObject) =>
  status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

export const isCrashing = ({ status }: PodObject) =>
  status.containerStatuses?.some(
    ({ restartCount, state }) => restartCount >= 1 && state.waiting?.reason === 'CrashLoopBackOff',
  ) === true;

interface WorkloadOptions {
  kind?: 'Deployment' | 'StatefulSet';
  /** Its template crashes, so that every replacement does too. */
  isHopeless?: boolean;
  labels?: Record<string, string>;
  /** Default 3. */
  replicas?: number;
  /** Where its pods run; default: where those of all others do. */
  nodeSelector?: Record<string, string>;
}

/** Creates a workload and waits until its pods are as they shall be: all ready, or all crashing. */
export async function createWorkload(
  admin: KubernetesApi,
  { namespace, name }: Place,
  options: WorkloadOptions = {},
): Promise<void> {
  const { kind = 'Deployment', isHopeless = false, labels = {}, replicas = 3, nodeSelector = oneNode } = options;
  const annotations = isHopeless ? { [faultKey]: 'crash-loop' } : {};
  const template = {
    metadata: { labels: { app: name }, annotations },
    spec: { containers: [aContainer], nodeSelector },
  };
  const spec = {
    ...{ replicas, selector: { matchLabels: { app: name } }, template },
    // A StatefulSet that starts its pods one by one would wait for ever for a first one that crashes.
    ...(kind === 'StatefulSet' && { serviceName: name, podManagementPolicy: 'Parallel' }),
  };
  await admin.apply([{ apiVersion: 'apps/v1', kind, metadata: { name, namespace, labels }, spec }]);
  const wanted = isHopeless ? isCrashing : isReady;
  await until(`the pods of ${name}`, async () => {
    const pods = await podsOf(admin, { namespace, name });
    return pods.length === replicas && pods.every(wanted);
  });
}

/** Breaks one pod of the workload until it is replaced; resolves with its name when its status shows it. */
export async function breakOnePod(
  sandbox: Sandbox,
  admin: KubernetesApi,
  place: Place,
  fault: 'crash-loop' | 'not-ready' = 'crash-loop',
): Promise<string> {
  const pod = (await podsOf(admin, place))[0]?.metadata.name ?? '';
  const isPod = ({ metadata }: PodObject) => metadata.name === pod;
  // A pod that falls ill in the second in which it started looks as if it had never been ready.
  if (fault === 'not-ready') {
    await until(`${pod} has been ready`, async () =>
      (await podsOf(admin, place)).some((found) => isPod(found) && readyFor('True', 1_000, found)),
    );
  }
  await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace: place.namespace, pod }, fault);
  const shows = fault === 'crash-loop' ? isCrashing : (found: PodObject) => readyFor('False', 1_000, found);
  const isShown = async () => (await podsOf(admin, place)).some((found) => isPod(found) && shows(found));
  await until(`the fault of ${pod}`, isShown);
  return pod;
}

/** A healthy workload with one pod that crashes; resolves with the pod's name. */
export async function createBroken(sandbox: Sandbox, admin: KubernetesApi, place: Place): Promise<string> {
  await createWorkload(admin, place);
  return breakOnePod(sandbox, admin, place);
}
