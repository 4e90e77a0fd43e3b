import type { Pod } from './pod.ts';

/** A node, as far as it tells traits. */
interface NodeZone {
  name: string;
  zone?: string;
}

/** Something that a pod may have in common with others. */
export interface Trait {
  /** `node/n1`, `zone/a`, `image/registry/app:1.2`, `config/shop/settings`. */
  trait: string;
  /** The share (0 to 1) of all other workloads of its namespace that have it; absent: there are too few to count. */
  share?: number;
}

/** A trait that more of the workloads have cannot stand out among those that alert. */
const mostShare = 0.75;
/** Images and settings that one pod can be told apart by; more of them tell no more. */
const traitsKept = 10;
const traitLength = 160;
/** Among fewer other workloads of the namespace it is not counted how common a trait is. */
const tellingWorkloads = 3;

/**
 * The traits of the pod that could be a common cause. A workload counts by the share of its pods that have the trait. Nodes
 * and zones are known beside that: a share of the nodes counts like one more workload.
 */
export function tellingTraits(pod: Pod, neighbours: readonly Pod[], nodes: readonly NodeZone[]): Trait[] {
  const zoneOf = new Map(nodes.map(({ name, zone }) => [name, zone]));
  const own = traitsOf(pod, zoneOf);
  const others = [...Map.groupBy(neighbours, workloadOf)].filter(([key]) => key !== workloadOf(pod));
  if (others.length < tellingWorkloads) return own.filter(isNotOfAllNodes(nodes)).slice(0, traitsKept).map(uncounted);
  const sums = new Map(own.map((trait) => [trait, 0]));
  for (const [, pods] of others) {
    for (const trait of pods.flatMap((other) => traitsOf(other, zoneOf))) {
      const sum = sums.get(trait);
      if (sum !== undefined) sums.set(trait, sum + 1 / pods.length);
    }
  }
  const shareOf = (trait: string): number => {
    const sum = sums.get(trait) ?? 0;
    const ofNodes = shareOfNodes(trait, nodes);
    return ofNodes === undefined ? sum / others.length : (sum + ofNodes) / (others.length + 1);
  };
  return own
    .map((trait) => ({ trait: cut(trait), share: shareOf(trait) }))
    .filter(({ share }) => share <= mostShare)
    .slice(0, traitsKept);
}

const uncounted = (trait: string): Trait => ({ trait: cut(trait) });
const isNotOfAllNodes = (nodes: readonly NodeZone[]) => (trait: string) =>
  (shareOfNodes(trait, nodes) ?? 0) <= mostShare;
const cut = (trait: string) => trait.slice(0, traitLength);
const workloadOf = ({ owner, ref }: Pod) => owner?.uid ?? ref.uid;

/** The share of the nodes that a trait about nodes is true of; undefined for other traits. */
function shareOfNodes(trait: string, nodes: readonly NodeZone[]): number | undefined {
  if (nodes.length === 0) return undefined;
  if (trait.startsWith('node/')) return 1 / nodes.length;
  if (!trait.startsWith('zone/')) return undefined;
  return nodes.filter(({ zone }) => `zone/${zone}` === trait).length / nodes.length;
}

/** Each once. */
function traitsOf(pod: Pod, zoneOf: ReadonlyMap<string, string | undefined>): string[] {
  const zone = pod.nodeName === undefined ? undefined : zoneOf.get(pod.nodeName);
  return [
    ...(pod.nodeName === undefined ? [] : [`node/${pod.nodeName}`]),
    ...(zone === undefined ? [] : [`zone/${zone}`]),
    ...pod.images.map((image) => `image/${image}`),
    ...pod.configs.map((name) => `config/${pod.ref.namespace}/${name}`),
  ];
}
