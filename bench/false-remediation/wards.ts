import type { KubernetesApi, KubernetesObject } from '../../sandbox/kubernetes-api.ts';
import { eventually } from '../../sandbox/process.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';

/** Why an alert that comes now is wrong: its pod is well again, or another pod has its name by now and is well. */
export const mistakes = ['stale', 'reuse'] as const;
export type Mistake = (typeof mistakes)[number];

export const contenders = ['mendflow', 'inline-delete'] as const;
export type Contender = (typeof contenders)[number];

/** Pods of one StatefulSet, in a namespace of their own, that one contender hears of. */
export interface Ward {
  mistake: Mistake;
  contender: Contender;
  namespace: string;
}

export const wards: readonly Ward[] = mistakes.flatMap((mistake) =>
  contenders.map((contender) => ({ mistake, contender, namespace: `${mistake}-${contender}` })),
);

/** Pods of a ward. */
export const podsEach = 50;

interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  status: { conditions?: { type: string; status: string }[] };
}

const name = 'db';
const withinMs = 120_000;

const statefulSet = (namespace: string): KubernetesObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name, namespace } },
  spec: {
    ...{
      replicas: podsEach,
      serviceName: name,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: { app: name } },
    },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'registry.example/db:1' }] },
    },
  },
});

const isReady = ({ status }: Pod) =>
  status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

const path = (namespace: string, pod = '') => `/api/v1/namespaces/${namespace}/pods${pod === '' ? '' : `/${pod}`}`;

/** Resolves with the ward's pods once there are all of them and the condition holds on each. */
async function allPods(
  admin: KubernetesApi,
  { namespace }: Ward,
  what: string,
  holds: (pod: Pod) => boolean,
): Promise<Pod[]> {
  let pods: Pod[] = [];
  const areThere = async () => {
    pods = (await admin.call<{ items: Pod[] }>('GET', path(namespace))).items;
    return pods.length === podsEach && pods.every((pod) => pod.metadata.deletionTimestamp === undefined && holds(pod));
  };
  if (!(await eventually(areThere, withinMs))) throw new SandboxError(`the pods of ${namespace} are not ${what}`);
  return pods;
}

/** Creates the ward's pods; resolves when they are well. */
export async function openWard(admin: KubernetesApi, ward: Ward): Promise<void> {
  await admin.apply([statefulSet(ward.namespace)]);
  await allPods(admin, ward, 'well', isReady);
}

/**
 * Every pod of the ward falls ill, and then it gets well or is replaced by somebody else. Resolves, when all are well,
 * with the names for which an alert has become true and false again.
 */
export async function passIllness(admin: KubernetesApi, ward: Ward): Promise<string[]> {
  const before = await allPods(admin, ward, 'well', isReady);
  const names = before.map(({ metadata }) => metadata.name);
  const setFault = async (fault: string | null) => {
    const content = { metadata: { annotations: { 'sandbox.mendflow.dev/fault': fault } } };
    const patch = { type: 'application/merge-patch+json', content };
    await Promise.all(names.map((pod) => admin.call('PATCH', path(ward.namespace, pod), patch)));
  };
  await setFault('not-ready');
  await allPods(admin, ward, 'ill', (pod) => !isReady(pod));
  if (ward.mistake === 'stale') {
    await setFault(null);
    await allPods(admin, ward, 'well again', isReady);
    return names;
  }
  // As one request: a deletion of a single pod is what the contenders are counted by.
  await admin.call('DELETE', path(ward.namespace));
  const gone = new Set(before.map(({ metadata }) => metadata.uid));
  await allPods(admin, ward, 'replaced', (pod) => !gone.has(pod.metadata.uid) && isReady(pod));
  return names;
}
