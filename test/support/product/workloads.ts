import { injectFault } from '../../../sandbox/faults.ts';
import type { KubernetesApi } from '../../../sandbox/kubernetes-api.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { until } from './until.ts';

export interface PodObject {
  metadata: { name: string; namespace: string; uid: string; deletionTimestamp?: string };
  status: {
    conditions?: { type: string; status: string }[];
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

/** Creates the namespaces; resolves when pods can be created in them. */
export async function createNamespaces(admin: KubernetesApi, names: readonly string[], labels = {}): Promise<void> {
  await admin.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })));
  for (const name of names) {
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    await until(`the account of ${name}`, async () => (await admin.call('GET', account)) !== undefined);
  }
}

export async function podsOf(admin: KubernetesApi, { namespace, name }: Place): Promise<PodObject[]> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`;
  const { items } = await admin.call<{ items: PodObject[] }>('GET', path);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

const isReady = ({ status }: PodObject) =>
  status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

export const isCrashing = ({ status }: PodObject) =>
  status.containerStatuses?.some(
    ({ restartCount, state }) => restartCount >= 1 && state.waiting?.reason === 'CrashLoopBackOff',
  ) === true;

/** Creates a workload of three pods. `hopeless`: its template crashes, so that every replacement does too. */
export async function createWorkload(
  admin: KubernetesApi,
  { namespace, name }: Place,
  options: { kind?: 'Deployment' | 'StatefulSet'; isHopeless?: boolean; labels?: Record<string, string> } = {},
): Promise<void> {
  const { kind = 'Deployment', isHopeless = false, labels = {} } = options;
  const annotations = isHopeless ? { [faultKey]: 'crash-loop' } : {};
  const template = { metadata: { labels: { app: name }, annotations }, spec: { containers: [aContainer] } };
  const spec = {
    ...{ replicas: 3, selector: { matchLabels: { app: name } }, template },
    // A StatefulSet that starts its pods one by one would wait for ever for a first one that crashes.
    ...(kind === 'StatefulSet' && { serviceName: name, podManagementPolicy: 'Parallel' }),
  };
  await admin.apply([{ apiVersion: 'apps/v1', kind, metadata: { name, namespace, labels }, spec }]);
  const wanted = isHopeless ? isCrashing : isReady;
  await until(`the pods of ${name}`, async () => {
    const pods = await podsOf(admin, { namespace, name });
    return pods.length === 3 && pods.every(wanted);
  });
}

/** Makes one pod of the workload crash until it is replaced; resolves with its name when its status shows it. */
export async function breakOnePod(sandbox: Sandbox, admin: KubernetesApi, place: Place): Promise<string> {
  const pod = (await podsOf(admin, place))[0]?.metadata.name ?? '';
  await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace: place.namespace, pod }, 'crash-loop');
  const isShown = async () =>
    (await podsOf(admin, place)).some((found) => found.metadata.name === pod && isCrashing(found));
  await until(`the crash of ${pod}`, isShown);
  return pod;
}

/** A healthy workload with one pod that crashes; resolves with the pod's name. */
export async function createBroken(sandbox: Sandbox, admin: KubernetesApi, place: Place): Promise<string> {
  await createWorkload(admin, place);
  return breakOnePod(sandbox, admin, place);
}
