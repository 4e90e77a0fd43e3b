import { join } from 'node:path';
import { type KubernetesApi, readManifest } from '../kubernetes-api.ts';
import { eventually } from '../process.ts';
import { SandboxError } from '../sandbox-error.ts';

interface Workload {
  spec: { replicas: number };
  status: { readyReplicas?: number; updatedReplicas?: number };
}

/** Whether every workload of the shop runs as it should. */
export async function isShopHealthy(admin: KubernetesApi): Promise<boolean> {
  const lists = await Promise.all(
    ['deployments', 'statefulsets'].map((kind) =>
      admin.call<{ items: Workload[] }>('GET', `/apis/apps/v1/namespaces/shop/${kind}`),
    ),
  );
  return lists
    .flatMap(({ items }) => items)
    .every(({ spec, status }) => status.readyReplicas === spec.replicas && status.updatedReplicas === spec.replicas);
}

/** Creates the namespace `shop` with two Deployments and a StatefulSet of three pods each; resolves when all are ready. */
export async function openShop(admin: KubernetesApi): Promise<void> {
  await admin.apply(readManifest(join(import.meta.dirname, '..', 'manifests', 'shop.yaml')));
  if (!(await eventually(() => isShopHealthy(admin), 20_000))) throw new SandboxError('the shop does not start');
}
