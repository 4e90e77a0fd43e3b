import type { KubernetesApi } from '../kubernetes-api.ts';
import { eventually } from '../process.ts';
import type { Sandbox } from '../sandbox.ts';
import { SandboxError } from '../sandbox-error.ts';

/** Where a case plays: a namespace of its own, named as the case is. */
export interface Place {
  namespace: string;
  admin: KubernetesApi;
  sandbox: Sandbox;
}

/** As much of a pod as the cases look at. */
export interface RealPod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string }[];
    containerStatuses?: {
      restartCount: number;
      containerID?: string;
      resources?: { limits?: { memory?: string } };
      state: { waiting?: { reason: string }; running?: object };
      lastState?: { terminated?: { reason?: string } };
    }[];
  };
}

/** The living pods of the case. */
export async function podsOf({ admin, namespace }: Place): Promise<RealPod[]> {
  const { items } = await admin.call<{ items: RealPod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export const isReady = ({ status }: RealPod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;

/** Resolves when it holds; rejects when it does not within the seconds given. */
export async function until(what: string, withinS: number, holds: () => Promise<boolean>): Promise<void> {
  if (!(await eventually(holds, withinS * 1_000))) throw new SandboxError(`${what}: not within ${withinS} s`);
}

/** Resolves when the case has so many pods and each is ready. */
export const untilReady = (place: Place, wanted: number): Promise<void> =>
  until(`${place.namespace}: ${wanted} pods are ready`, 90, async () => {
    const pods = await podsOf(place);
    return pods.length >= wanted && pods.every(isReady);
  });
