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
  'memory-leak',
] as const;
export type Fault = (typeof faults)[number];

/** Annotation or label of a pod, or of a pod template, that names its fault. */
const faultKey = 'sandbox.mendflow.dev/fault';
/** Annotation with the Unix time in seconds from which a leak grows. */
const faultSinceKey = 'sandbox.mendflow.dev/fault-since';

/** A pod by name, or a Deployment whose template shall carry the fault. */
export type FaultTarget = { namespace: string; pod: string } | { namespace: string; deployment: string };

function patchFor(target: FaultTarget, annotations: Record<string, string | null>) {
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
 * Breaks a live pod (healed when it is replaced) or a Deployment (its new pods have the fault again and again). Needs
 * the admin's kubeconfig of a sandbox; rejects any other cluster's.
 */
export async function injectFault(kubeconfig: string, target: FaultTarget, fault: Fault): Promise<void> {
  if (!faults.includes(fault)) throw new SandboxError(`no fault ${fault}; there are ${faults.join(', ')}`);
  const since = 'pod' in target ? { [faultSinceKey]: String(Math.floor(Date.now() / 1000)) } : {};
  await annotate(kubeconfig, target, { [faultKey]: fault, ...since });
}

/** Takes the fault away: a live pod becomes healthy by itself, with the restarts it had. */
export async function removeFault(kubeconfig: string, target: FaultTarget): Promise<void> {
  await annotate(kubeconfig, target, { [faultKey]: null, [faultSinceKey]: null });
}
