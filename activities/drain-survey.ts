import { pausedByAnnotation } from '../domain/policy/switches.ts';
import { optOutLabel, ourLabel } from '../domain/run/contract.ts';
import type { Pod } from '../domain/target/pod.ts';
import { isSystemNamespace } from '../domain/target/system-namespace.ts';
import type { Cluster } from './kubernetes/port.ts';

/** What of a node may be taken away. */
export interface DrainBounds {
  force: boolean;
  deleteEmptyDirData: boolean;
  maxPods: number;
  nowMs: number;
}

/** The pods of a node, by what a drain does about them. */
export interface Survey {
  toGo: Pod[];
  /** On their way out already. */
  leaving: Pod[];
  /** Never touched, each with why. */
  kept: string[];
  /** Why the node cannot be emptied without losing something. */
  lost: string[];
}

const label = ({ ref }: Pod) => `${ref.namespace}/${ref.name}`;

/** `shop/a, shop/b and 3 more`, at most five by name. */
export function podsInWords(pods: readonly Pod[]): string {
  const more = pods.length > 5 ? ` and ${pods.length - 5} more` : '';
  return `${pods.slice(0, 5).map(label).join(', ')}${more} to be gone`;
}

/** Looks at every pod on the node as it is now. */
export async function survey(cluster: Cluster, node: string, bounds: DrainBounds): Promise<Survey> {
  const pods = (await cluster.listPodsOn(node)).filter(movable);
  const names = [...new Set(pods.map(({ ref }) => ref.namespace))];
  const keptIn = new Map(
    await Promise.all(names.map(async (name) => [name, await whyKept(cluster, name, bounds.nowMs)] as const)),
  );
  const found: Survey = { toGo: [], leaving: [], kept: [], lost: [] };
  for (const pod of pods) {
    const kept = whyItself(pod) ?? keptIn.get(pod.ref.namespace);
    const lost = whatIsLost(pod, bounds);
    if (kept !== undefined) found.kept.push(`${label(pod)} (${kept})`);
    else if (pod.isTerminating) found.leaving.push(pod);
    else if (lost === undefined) found.toGo.push(pod);
    else found.lost.push(`${label(pod)} ${lost}`);
  }
  const { length } = found.toGo;
  if (length > bounds.maxPods) found.lost.push(`${length} pods would have to go, more than maxPods ${bounds.maxPods}`);
  return found;
}

/** A DaemonSet puts its pod back, a mirror pod is the kubelet’s, and what has ended holds nothing. */
const movable = ({ owner, isMirror, phase }: Pod) =>
  owner?.kind !== 'DaemonSet' && !isMirror && phase !== 'Succeeded' && phase !== 'Failed';

function whyItself({ labels }: Pod): string | undefined {
  if (labels[optOutLabel] === 'disabled') return 'labelled out';
  return labels[ourLabel.key] === ourLabel.value ? 'of Mendflow itself' : undefined;
}

async function whyKept(cluster: Cluster, name: string, nowMs: number): Promise<string | undefined> {
  if (isSystemNamespace(name)) return 'system namespace';
  const home = await cluster.getNamespace(name);
  if (home?.labels[optOutLabel] === 'disabled') return 'namespace labelled out';
  return pausedByAnnotation(home?.annotations ?? {}, `namespace ${name}`, nowMs);
}

function whatIsLost({ owner, hasLocalData }: Pod, { force, deleteEmptyDirData }: DrainBounds): string | undefined {
  if (owner === undefined && !force) return 'has no controller, so that nothing would replace it (force)';
  if (hasLocalData && !deleteEmptyDirData) return 'would lose the data of its emptyDir (deleteEmptyDirData)';
  return undefined;
}
