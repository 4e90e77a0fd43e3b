import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../sandbox/free-port.ts';
import { type KubernetesApi, openKubeconfig } from '../../sandbox/kubernetes-api.ts';
import { addressOf, type Product, startProduct } from '../../sandbox/product.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';

/** Where every sample's workload lives. */
export const namespace = 'bench';

/**
 * The guard must not be what is measured: nothing here waits for a budget. Everything else is as shipped. The largest
 * values that the configuration takes.
 */
export const guardLimits = {
  MENDFLOW_GUARD_BUDGET_BURST: '1000',
  MENDFLOW_GUARD_BUDGET_PER_10M: '1000',
  MENDFLOW_GUARD_CONCURRENCY_NAMESPACE: '1000',
  MENDFLOW_GUARD_CONCURRENCY_CLUSTER: '1000',
  MENDFLOW_GUARD_ZONE_SPACING: '1s',
  MENDFLOW_GUARD_STORM_WORKLOADS: '1000',
  MENDFLOW_GUARD_STORM_AT_LEAST: '1000',
} as const;

/** Real servers, Mendflow and the baseline bot, each in a process of its own. */
export interface Bed {
  sandbox: Sandbox;
  admin: KubernetesApi;
  client: Client;
  product: Product;
  /** Where the baseline bot takes webhooks. */
  baselineUrl: string;
  stop(): Promise<void>;
}

/** Starts everything; when a part fails, the others are stopped before it rejects. */
export async function openBed(progress: Progress): Promise<Bed> {
  Object.assign(process.env, guardLimits);
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.reverse()) await close();
  };
  const onLost = ({ name, logFile }: { name: string; logFile: string }, how: string) =>
    progress.say(`${name} ${how}; see ${logFile}`);
  try {
    const sandbox = await startSandbox({ progress, audit: true, onLost });
    closers.push(() => sandbox.stop());
    const admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
    closers.push(() => admin.close());
    await admin.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    const policies = join(import.meta.dirname, 'policies');
    const address = await addressOf(await freePort(), 'bench', {});
    const [product, baselineUrl] = await Promise.all([
      startProduct(sandbox, address, { policies }),
      startBaseline(sandbox),
    ]);
    const connection = await Connection.connect({ address: sandbox.temporal.address });
    closers.push(() => connection.close());
    return {
      sandbox,
      admin,
      client: new Client({ connection, namespace: sandbox.temporal.namespace }),
      product,
      baselineUrl,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startBaseline(sandbox: Sandbox): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = join(import.meta.dirname, '..', 'baseline', 'inline-delete.ts');
  await sandbox.run('inline-delete', process.execPath, [program], {
    env: { KUBECONFIG: sandbox.kubernetes.adminKubeconfig, BASELINE_PORT: String(port) },
    ready: async () => (await fetch(url)).ok,
  });
  return url;
}
