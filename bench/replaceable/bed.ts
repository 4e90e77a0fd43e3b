import { connectCluster } from '../../activities/kubernetes/client.ts';
import type { Cluster } from '../../activities/kubernetes/port.ts';
import { type KubernetesApi, openKubeconfig } from '../../sandbox/kubernetes-api.ts';
import { eventually } from '../../sandbox/process.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';

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
    await admin.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    await becomes('an account in the namespace', () => hasAccount(admin));
    await admin.apply([deployment('checkout', 3), deployment('others', pods)]);
    const running = async () => (await cluster.listPods(namespace)).filter(({ isReady }) => isReady).length;
    await becomes(`${pods + 3} ready pods`, async () => (await running()) >= pods + 3);
    return { cluster, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const hasAccount = (admin: KubernetesApi) =>
  admin.call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`).then(
    () => true,
    () => false,
  );

async function becomes(what: string, holds: () => Promise<boolean>): Promise<void> {
  if (!(await eventually(holds, 120_000))) throw new SandboxError(`not within 2 minutes: ${what}`);
}
