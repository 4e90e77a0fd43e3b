import { faultKey } from '../../faults.ts';
import type { KubernetesObject } from '../../kubernetes-api.ts';
import { eventually } from '../../process.ts';
import { SandboxError } from '../../sandbox-error.ts';
import type { Place } from './scene.ts';

/** As much of a pod as scenes and the cases on real nodes look at. */
export interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; lastTransitionTime?: string }[];
    containerStatuses?: { restartCount: number; containerID?: string; state: { waiting?: { reason: string } } }[];
  };
}

/** The pods of one scene share a node: what some have in common would pass for a cause, and acts in two zones wait. */
const oneNode = { 'kubernetes.io/hostname': 'node-a1' };

interface Shape {
  kind?: 'Deployment' | 'StatefulSet';
  replicas?: number;
  /** Limits the memory of the container. */
  memory?: string;
  /** Beside replicas, selector and template. */
  spec?: object;
  nodeSelector?: Record<string, string>;
  /** Name of a PersistentVolumeClaim that its pods mount. */
  claim?: string;
}

/** The workload `app` of a scene, three pods of it on one node unless it says otherwise. */
export function app(namespace: string, shape: Shape = {}): KubernetesObject {
  const { kind = 'Deployment', replicas = 3, memory, spec = {}, nodeSelector = oneNode, claim } = shape;
  const resources = memory === undefined ? {} : { resources: { limits: { memory }, requests: { memory: '50Mi' } } };
  const container = { name: 'app', image: 'registry.example/shop/app:1.4.2', ...resources };
  const volumes =
    claim === undefined ? {} : { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] };
  const template = {
    metadata: { labels: { app: 'app' } },
    spec: { containers: [container], nodeSelector, ...volumes },
  };
  return {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name: 'app', namespace } },
    spec: { replicas, selector: { matchLabels: { app: 'app' } }, template, ...spec },
  };
}

/** The living pods of the scene. */
export async function podsOf({ admin, namespace }: Pick<Place, 'admin' | 'namespace'>): Promise<Pod[]> {
  const { items } = await admin.call<{ items: Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Resolves when it holds; rejects when it does not within the time. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  if (!(await eventually(holds, withinMs))) throw new SandboxError(`${what}: not within ${withinMs / 1_000} s`);
}

/** Creates the objects in a new namespace; resolves when the pods of their replicas are ready, rejects after the time. */
export async function arrange(
  { admin, namespace }: Pick<Place, 'admin' | 'namespace'>,
  objects: readonly KubernetesObject[],
  withinMs = 30_000,
): Promise<void> {
  await admin.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await until(`the account of ${namespace}`, async () => (await admin.call('GET', account)) !== undefined);
  await admin.apply(objects);
  const wanted = objects.reduce((sum, { spec }) => sum + Number(spec?.replicas ?? 0), 0);
  const areReady = async () => {
    const pods = await podsOf({ admin, namespace });
    return pods.length >= wanted && pods.every(isReady);
  };
  await until(`${namespace}: all pods ready`, areReady, withinMs);
}

/** Resolves with the first pod for which it holds; rejects after 30 s. */
export async function podWhere(place: Place, what: string, holds: (pod: Pod) => boolean): Promise<Pod> {
  let found: Pod | undefined;
  await until(`${place.namespace}: a pod ${what}`, async () => {
    found = (await podsOf(place)).find(holds);
    return found !== undefined;
  });
  return found as Pod;
}

export const isReady = ({ status }: Pod) =>
  status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

/** Its condition has had this status for so many milliseconds; the API server tells whole seconds. */
export const conditionFor = (name: string, wanted: 'True' | 'False', forMs: number, { status }: Pick<Pod, 'status'>) =>
  status.conditions?.some(
    ({ type, status, lastTransitionTime = '' }) =>
      type === name && status === wanted && Date.now() - Date.parse(lastTransitionTime) >= forMs,
  ) === true;

/** The same of its condition Ready. */
export const readyFor = (wanted: 'True' | 'False', forMs: number, pod: Pick<Pod, 'status'>) =>
  conditionFor('Ready', wanted, forMs, pod);

/** It has been Ready for two seconds. */
export const isReadyForAWhile = (pod: Pod) => readyFor('True', 2_000, pod);

/** It has not been Ready for a second: the policy of the scene waits for so long, and the watcher reports it then. */
export const isUnready = (pod: Pod) => readyFor('False', 1_000, pod);

export const restartsOf = ({ status }: Pod) => status.containerStatuses?.[0]?.restartCount ?? 0;

export const waitsWith = (reason: string) => (pod: Pod) =>
  pod.status.containerStatuses?.[0]?.state.waiting?.reason === reason;

/** Whether the query returns a sample now. */
export async function isMeasured({ sandbox }: Place, query: string): Promise<boolean> {
  const { url } = sandbox.monitoring.prometheus;
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  return ((await answer.json()) as { data: { result: unknown[] } }).data.result.length > 0;
}

/** Path of the scene's object. */
export const deploymentPath = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/app`;

/** Rolls out a change of the template of `app`. */
export async function changeTemplate({ admin, namespace }: Place, template: object): Promise<void> {
  const patch = { type: 'application/strategic-merge-patch+json', content: { spec: { template } } };
  await admin.call('PATCH', deploymentPath(namespace), patch);
}

/** Rolls out a new image of `app`; its pods have the fault when one is given. */
export async function release(place: Place, image: string, fault?: string): Promise<void> {
  const annotations = fault === undefined ? {} : { annotations: { [faultKey]: fault } };
  await changeTemplate(place, { metadata: annotations, spec: { containers: [{ name: 'app', image }] } });
}
