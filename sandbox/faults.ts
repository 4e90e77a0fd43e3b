import { openKubeconfig } from './kubernetes-api.ts';
import { SandboxError } from './sandbox-error.ts';

/** Faults that the simulated kubelets can play. */
export const faults = [
  'crash-loop',
  'crash-at-start',
  'oom-killed',
  'image-pull',
  'config-error',
  'not-ready',
  'liveness',
  'memory-leak',
] as const;
export type Fault = (typeof faults)[number];

/** Faults of a node that they can play. */
export const nodeFaults = ['not-ready', 'silent', 'memory-pressure', 'disk-pressure'] as const;
export type NodeFault = (typeof nodeFaults)[number];

/** Annotation of a pod, a pod template or a node, or label of a pod, that names its fault. */
export const faultKey = 'sandbox.mendflow.dev/fault';
/** Annotation with the Unix time in seconds from which a leak grows. */
const faultSinceKey = 'sandbox.mendflow.dev/fault-since';

/** A pod by name, a Deployment whose template shall carry the fault, or a node. */
export type FaultTarget =
  | { namespace: string; pod: string }
  | { namespace: string; deployment: string }
  | { node: string };

function patchFor(target: FaultTarget, annotations: Record<string, string | null>) {
  if ('node' in target) return { path: `/api/v1/nodes/${target.node}`, content: { metadata: { annotations } } };
  if ('pod' in target) {
    const path = `/api/v1/namespaces/${target.namespace}/pods/${target.pod}`;
    return { path, content: { metadata: { annotations } } };
  }
  const path = `/apis/apps/v1/namespaces/${target.namespace}/deployments/${target.deployment}`;
  return { path, content: { spec: { template: { metadata: { annotations } } } } };
}

async function annotate(kubeconfig: string, target: FaultTarget, annotations: Record<string, string | null>) {
  const api = openKubeconfig(kubeconfig);
  try {
    const { path, content } = patchFor(target, annotations);
    await api.call('PATCH', path, { type: 'application/merge-patch+json', content });
  } finally {
    await api.close();
  }
}

/**
 * Breaks a live pod (healed when it is replaced), a Deployment (its new pods have the fault again and again) or a node
 * (until the fault is removed). Needs the admin's kubeconfig of a sandbox; rejects any other cluster's.
 */
export async function injectFault<Target extends FaultTarget>(
  kubeconfig: string,
  target: Target,
  fault: Target extends { node: string } ? NodeFault : Fault,
): Promise<void> {
  const known: readonly string[] = 'node' in target ? nodeFaults : faults;
  if (!known.includes(fault)) throw new SandboxError(`no fault ${fault}; there are ${known.join(', ')}`);
  const since = 'pod' in target ? { [faultSinceKey]: String(Math.floor(Date.now() / 1000)) } : {};
  await annotate(kubeconfig, target, { [faultKey]: fault, ...since });
}

/** The pod of that name, or else the first pod of the workload of that name. Rejects where there is neither. */
export async function podMeant(kubeconfig: string, namespace: string, given: string): Promise<string> {
  const api = openKubeconfig(kubeconfig);
  try {
    const { items } = await api.call<{ items: { metadata: { name: string } }[] }>(
      'GET',
      `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
    );
    const names = items.map(({ metadata }) => metadata.name).sort();
    const found = names.includes(given) ? given : names.find((name) => name.startsWith(`${given}-`));
    if (found !== undefined) return found;
    throw new SandboxError(
      `no pod or workload ${namespace}/${given}; the pods there are ${names.join(', ') || 'none'}`,
    );
  } finally {
    await api.close();
  }
}

/** Takes the fault away: a live pod becomes healthy by itself, with the restarts it had. */
export async function removeFault(kubeconfig: string, target: FaultTarget): Promise<void> {
  await annotate(kubeconfig, target, { [faultKey]: null, [faultSinceKey]: null });
}
