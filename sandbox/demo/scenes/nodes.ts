import { injectFault, type NodeFault, removeFault } from '../../faults.ts';
import type { KubernetesObject } from '../../kubernetes-api.ts';
import { type Place, sceneLabel } from './scene.ts';
import { app, podsOf, until } from './world.ts';

interface Node {
  spec: { unschedulable?: boolean };
  status: { conditions: { type: string; status: string }[] };
}

function node(scene: string, number: number): KubernetesObject {
  const name = `${scene}-${number}`;
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', [sceneLabel]: scene };
  const zone = { 'topology.kubernetes.io/zone': 'zone-a' };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { ...labels, ...zone } } };
}

/** A node of the scene's own, and two pods that may run on the scene's nodes only. */
export const aNodeWithPods = (scene: string): KubernetesObject[] => [
  node(scene, 1),
  app(scene, { replicas: 2, nodeSelector: { [sceneLabel]: scene } }),
];

const firstNode = ({ namespace }: Place) => `${namespace}-1`;
const look = (place: Place) => place.admin.call<Node>('GET', `/api/v1/nodes/${firstNode(place)}`);

/** Gives the pods a second node to go to, then breaks the first; resolves, once it shows, with the alert's labels. */
export async function breakFirstNode(place: Place, fault: NodeFault, shows: string): Promise<Record<string, string>> {
  await place.admin.apply([node(place.namespace, 2)]);
  await injectFault(place.sandbox.kubernetes.adminKubeconfig, { node: firstNode(place) }, fault);
  await until(`${firstNode(place)} shows ${shows}`, async () => {
    const { status } = await look(place);
    return status.conditions.some((condition) => `${condition.type}=${condition.status}` === shows);
  });
  return { node: firstNode(place) };
}

const repair = (place: Place) => removeFault(place.sandbox.kubernetes.adminKubeconfig, { node: firstNode(place) });

/** The node comes back by itself as soon as it is cordoned. */
export async function comesBackWhenCordoned(place: Place): Promise<void> {
  await until(`${firstNode(place)} is cordoned`, async () => (await look(place)).spec.unschedulable === true);
  await repair(place);
}

/** The node recovers when no pod of the scene is left on it. */
export async function recoversWhenEmpty(place: Place): Promise<void> {
  await until(
    `${firstNode(place)} is empty`,
    async () => !(await podsOf(place)).some(({ spec }) => spec.nodeName === firstNode(place)),
  );
  await repair(place);
}
