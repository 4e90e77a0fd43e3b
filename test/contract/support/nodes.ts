import { cordonAnnotation } from '../../../domain/run/contract.ts';
import type { Target } from '../../../domain/target/target.ts';
import { aTarget } from './cases.ts';
import { change, podAccount, type RawObject, until, type World } from './world.ts';

export const nodePath = (name: string) => `/api/v1/nodes/${name}`;

interface LiveNode extends RawObject {
  spec: RawObject['spec'] & { unschedulable?: boolean };
  metadata: RawObject['metadata'] & { annotations?: Record<string, string> };
}

/** A label that the node has, and once its pods run there another node too, so that they may come back. */
const spotOf = (node: string) => `test.mendflow.dev/${node}`;
const elsewhere = 'node-a1';

/** A fresh node that is Ready, and that takes no pods but those that are meant for it. */
export async function readyNode(world: World, name: string): Promise<Target> {
  const labels = { 'kubernetes.io/hostname': name, [spotOf(name)]: 'yes' };
  const spec = { taints: [{ key: 'test', value: name, effect: 'NoSchedule' }] };
  await world.api.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec }]);
  await until(`node ${name} is Ready`, async () => {
    const { status } = await liveNode(world, name);
    return status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  });
  const { metadata } = await liveNode(world, name);
  return { ...aTarget({ kind: 'Node', namespace: '', name, uid: metadata.uid }), namespace: '' };
}

export const liveNode = ({ api }: World, name: string) => api.call<LiveNode>('GET', nodePath(name));

/** Whether it is cordoned, and by which step of ours. */
export async function cordonOf(world: World, { workload }: Target) {
  const { spec, metadata } = await liveNode(world, workload.name);
  return { isCordoned: spec.unschedulable ?? false, by: metadata.annotations?.[cordonAnnotation] ?? 'nobody' };
}

/** As another person does it. */
export const setCordon = (world: World, { workload }: Target, unschedulable: boolean) =>
  change(world, nodePath(workload.name), { spec: { unschedulable } });

interface Tenant {
  namespace: string;
  app: string;
  labels?: Record<string, string>;
  volumes?: object[];
}

const podSpec = (node: string, volumes: object[] = []) => ({
  containers: [{ name: 'app', image: 'example.invalid/app:1' }],
  nodeSelector: { [spotOf(node)]: 'yes' },
  serviceAccountName: podAccount,
  tolerations: [{ key: 'test', operator: 'Exists' }],
  terminationGracePeriodSeconds: 1,
  volumes,
});

interface Stay {
  /** No other node takes it. */
  isBound?: boolean;
}

/** Puts a Deployment of one pod onto the node, and waits until that runs; from then on another node takes it too. */
export async function onNode(
  world: World,
  node: string,
  { namespace, app, labels, volumes, isBound = false }: Tenant & Stay,
): Promise<void> {
  await spot(world, node, null);
  await account(world, namespace);
  const selector = { matchLabels: { app } };
  const template = { metadata: { labels: { app, ...labels } }, spec: podSpec(node, volumes) };
  const spec = { replicas: 1, selector, template };
  await world.api.apply([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app, namespace }, spec }]);
  await until(`${app} runs on ${node}`, async () => (await podsOn(world, node)).some((name) => name.startsWith(app)));
  if (!isBound) await spot(world, node, 'yes');
}

const spot = (world: World, node: string, value: 'yes' | null) =>
  change(world, nodePath(elsewhere), { metadata: { labels: { [spotOf(node)]: value } } });

/** Puts a pod onto the node that nothing would replace. */
export async function bareOnNode(world: World, node: string, name: string): Promise<void> {
  await spot(world, node, null);
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: podSpec(node) };
  await world.api.apply([object]);
  await until(`${name} runs on ${node}`, async () => (await podsOn(world, node)).includes(name));
  await spot(world, node, 'yes');
}

/** A claim bound to a volume that every node reaches; nobody provisions volumes here. Returns the volume for a pod. */
export async function boundClaim({ api }: World, namespace: string, name: string): Promise<object> {
  const storage = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  const volumeName = `${namespace}-${name}`;
  const capacity = { storage: '1Gi' };
  await api.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volumeName } },
      spec: { ...storage, capacity, hostPath: { path: '/data' }, claimRef: { ...claim, namespace, name } },
    },
    {
      ...claim,
      metadata: { name, namespace, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
      spec: { ...storage, resources: { requests: capacity }, volumeName },
    },
  ]);
  return { name: 'data', persistentVolumeClaim: { claimName: name } };
}

async function account({ api }: World, namespace: string): Promise<void> {
  await api.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  await api.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: podAccount, namespace } }]);
}

/** Names of the pods that are on the node. */
export async function podsOn({ api }: World, node: string): Promise<string[]> {
  const { items } = await api.call<{ items: RawObject[] }>('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`);
  return items.map(({ metadata }) => metadata.name).sort();
}
