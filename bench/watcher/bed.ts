import { join } from 'node:path';
import { freePort } from '../../sandbox/free-port.ts';
import { type KubernetesApi, openKubeconfig } from '../../sandbox/kubernetes-api.ts';
import { eventually } from '../../sandbox/process.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type CountingIntake, openCountingIntake } from './intake.ts';

/** A real API server without nodes, and an intake. */
export interface WatcherBed {
  sandbox: Sandbox;
  admin: KubernetesApi;
  intake: CountingIntake;
  stop(): Promise<void>;
}

/** Namespace of all pods. */
export const namespace = 'bench';
const root = join(import.meta.dirname, '..', '..');
/** As docs/watcher.md recommends it. */
const flags = ['--max-semi-space-size=1', '--optimize-for-size'];

/** Starts everything but the watcher. */
export async function openWatcherBed(progress: Progress): Promise<WatcherBed> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const intake = await openCountingIntake();
    closers.push(intake.close);
    const sandbox = await startSandbox({ progress, parts: ['kubernetes'] });
    closers.push(sandbox.stop);
    const admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
    closers.push(admin.close);
    await admin.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
    const isThere = async () => (await admin.call('GET', account)) !== undefined;
    if (!(await eventually(isThere, 30_000))) throw new SandboxError('the namespace gets no account');
    const bed = { sandbox, admin, intake, stop };
    // The first start compiles, which takes memory that no later one needs.
    await startWatcher(bed, 'watcher-first');
    await sandbox.kill('watcher-first', 'SIGTERM');
    return bed;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the watcher as a process of its own; resolves with its number when it has listed everything. */
export async function startWatcher({ sandbox, intake }: WatcherBed, name: string): Promise<number> {
  const port = await freePort();
  const env = {
    ...{
      KUBECONFIG: sandbox.kubernetes.kubeconfig('watcher'),
      NODE_COMPILE_CACHE: join(sandbox.dataFolder, 'compiled'),
    },
    ...{ MENDFLOW_WATCHER_PORT: String(port), MENDFLOW_WATCHER_INTAKE_URL: intake.url },
    ...{ MENDFLOW_WATCHER_TOKEN: 'a-token-of-the-bench', MENDFLOW_WATCHER_TOLERANCE: '0s' },
  };
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  const args = [...flags, join(root, 'cli', 'main.ts'), 'serve', 'watcher'];
  const { pid } = await sandbox.run(name, process.execPath, args, { env, cwd: root, ready, readyWithinMs: 120_000 });
  return pid;
}
