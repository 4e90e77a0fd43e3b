import { Client, Connection } from '@temporalio/client';
import type { Notification } from '../activities/contract.ts';
import { openPager } from '../sandbox/demo/pager.ts';
import { freePort } from '../sandbox/free-port.ts';
import { type KubernetesApi, openKubeconfig } from '../sandbox/kubernetes-api.ts';
import { eventually } from '../sandbox/process.ts';
import { addressOf, type Product, startProduct } from '../sandbox/product.ts';
import type { Progress } from '../sandbox/progress.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { SandboxError } from '../sandbox/sandbox-error.ts';

/** A message that the fallback receiver was sent. */
export interface Told {
  atMs: number;
  notification: Notification;
}

/** Real servers and Mendflow, each in a process of its own, and somebody who is told. */
export interface Bed {
  sandbox: Sandbox;
  /** Path of the API server's audit log. */
  auditLog: string;
  admin: KubernetesApi;
  client: Client;
  product: Product;
  /** Everything that Mendflow told people, oldest first. */
  told: readonly Told[];
  stop(): Promise<void>;
}

export interface BedOptions {
  /** Folder of the policies in force. */
  policies: string;
  namespaces: readonly string[];
  /** Variables of Mendflow's processes; without any they are as shipped. */
  env?: Readonly<Record<string, string>>;
}

/** Starts everything; when a part fails, the others are stopped before it rejects. */
export async function openBed(progress: Progress, { policies, namespaces, env = {} }: BedOptions): Promise<Bed> {
  Object.assign(process.env, env);
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  const onLost = ({ name, logFile }: { name: string; logFile: string }, how: string) =>
    progress.say(`${name} ${how}; see ${logFile}`);
  try {
    const told: Told[] = [];
    const pager = await openPager((notification) => told.push({ atMs: Date.now(), notification }));
    closers.push(pager.close);
    const sandbox = await startSandbox({ progress, audit: true, onLost });
    closers.push(sandbox.stop);
    const admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
    closers.push(admin.close);
    await createNamespaces(admin, namespaces);
    const receivers = [{ ...pager.receiver, fallback: true }];
    const address = await addressOf(await freePort(), 'bench', {});
    const product = await startProduct(sandbox, address, { policies, receivers });
    const connection = await Connection.connect({ address: sandbox.temporal.address });
    closers.push(() => connection.close());
    const auditLog = sandbox.kubernetes.auditLog ?? '';
    return {
      ...{
        sandbox,
        auditLog,
        admin,
        client: new Client({ connection, namespace: sandbox.temporal.namespace }),
        product,
        told,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Pods can be created in a namespace once it has its account. */
async function createNamespaces(admin: KubernetesApi, names: readonly string[]): Promise<void> {
  await admin.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  const account = (name: string) => admin.call('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`);
  const areThere = async () => (await Promise.all(names.map(account))).length === names.length;
  if (!(await eventually(areThere, 30_000))) throw new SandboxError('the namespaces get no accounts');
}
