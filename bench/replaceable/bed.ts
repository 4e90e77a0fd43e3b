import { connectCluster } from '../../activities/kubernetes/client.ts';
import type { Cluster } from '../../activities/kubernetes/port.ts';
import { arrange } from '../../sandbox/demo/scenes/world.ts';
import { openKubeconfig } from '../../sandbox/kubernetes-api.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

/** A real API server with simulated nodes, and the port to it. */
export interface ReplaceableBed {
  cluster: Cluster;
  stop(): Promise<void>;
}

/** Namespace of all pods. */
export const namespace = 'bench';

const requests = { cpu: '10m', memory: '16Mi' };
const deployment = (name: string, replicas: number) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'example.invalid/app:1', resources: { requests } }] },
    },
  },
});
const aNode = (name: string) => ({
  ...{ apiVersion: 'v1', kind: 'Node' },
  metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'zone-a' } },
});

/** Starts the cluster, and waits until `checkout`, its neighbours and their pods are there. */
export async function openReplaceableBed(
  progress: Progress,
  { nodes, pods }: { nodes: number; pods: number },
): Promise<ReplaceableBed> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const sandbox = await startSandbox({ progress, parts: ['kubernetes', 'kwok'] });
    closers.push(sandbox.stop);
    const { adminKubeconfig: kubeconfig } = sandbox.kubernetes;
    const admin = openKubeconfig(kubeconfig);
    closers.push(admin.close);
    const cluster = connectCluster({ kubeconfig });
    closers.push(() => cluster.close());
    await admin.apply(Array.from({ length: nodes }, (_, index) => aNode(`bench-${index}`)));
    await arrange({ admin, namespace }, [deployment('checkout', 3), deployment('others', pods)], 120_000);
    return { cluster, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
