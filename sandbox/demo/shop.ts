import { join } from 'node:path';
import { type KubernetesApi, readManifest } from '../kubernetes-api.ts';
import { eventually } from '../process.ts';
import { SandboxError } from '../sandbox-error.ts';

interface Deployment {
  spec: { replicas: number };
  status: { readyReplicas?: number; updatedReplicas?: number };
}

/** Whether every Deployment of the shop runs as it should. */
export async function isShopHealthy(admin: KubernetesApi): Promise<boolean> {
  const { items } = await admin.call<{ items: Deployment[] }>('GET', '/apis/apps/v1/namespaces/shop/deployments');
  return items.every(
    ({ spec, status }) => status.readyReplicas === spec.replicas && status.updatedReplicas === spec.replicas,
  );
}

/** Creates the namespace `shop` with two Deployments of three pods; resolves when all are ready. */
export async function openShop(admin: KubernetesApi): Promise<void> {
  await admin.apply(readManifest(join(import.meta.dirname, '..', 'manifests', 'shop.yaml')));
  if (!(await eventually(() => isShopHealthy(admin), 20_000))) throw new SandboxError('the shop does not start');
}
