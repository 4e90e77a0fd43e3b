import { connectCluster } from '../../activities/kubernetes/client.ts';
import { captureSnapshot, type View } from './capture-snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** Which cluster; without either, as kubectl finds it. */
export interface ClusterAccess {
  kubeconfig: string | undefined;
  context: string | undefined;
}

/** Opens the cluster, reads what the view asks for, and closes it. Throws as connecting and reading do. */
export async function captureCluster({ kubeconfig, context }: ClusterAccess, view: View): Promise<Snapshot> {
  const cluster = connectCluster({ ...(kubeconfig && { kubeconfig }), ...(context && { context }) });
  try {
    return await captureSnapshot(cluster, view);
  } finally {
    await cluster.close();
  }
}
