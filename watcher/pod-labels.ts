import type { Pod } from '../domain/target/pod.ts';

const kinds: Readonly<Record<string, string>> = { StatefulSet: 'statefulset', DaemonSet: 'daemonset' };
/** The Deployment controller puts it on the pods of its ReplicaSets, and ends their names with it. */
const hashLabel = 'pod-template-hash';

/**
 * The labels by which an alert names a pod: namespace, pod, and its workload where the pod itself says which that is.
 * Of a ReplicaSet's pod the Deployment is known by name only, as its controller builds it; `verify` reads the owner.
 */
export function podLabels({ ref, owner, labels }: Pod): Record<string, string> {
  return { namespace: ref.namespace, pod: ref.name, ...workloadLabel(owner, labels[hashLabel]) };
}

function workloadLabel(owner: Pod['owner'], hash: string | undefined): Record<string, string> {
  if (owner === undefined) return {};
  const label = kinds[owner.kind];
  if (label !== undefined && owner.apiVersion.startsWith('apps/')) return { [label]: owner.name };
  if (owner.kind !== 'ReplicaSet' || !hash || !owner.name.endsWith(`-${hash}`)) return {};
  return { deployment: owner.name.slice(0, -hash.length - 1) };
}
