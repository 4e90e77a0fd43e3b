import { join } from 'node:path';
import { watchedFaults } from '../../domain/faults/index.ts';
import { freePort } from '../free-port.ts';
import type { Product } from '../product.ts';
import type { Sandbox } from '../sandbox.ts';

const root = join(import.meta.dirname, '..', '..');
/** Its ready-made policy wants three restarts, and the watcher reports the first: Prometheus' rule is the one to play. */
const leftToAlerts = 'CrashLoopBackOff';

/** Starts Mendflow's watcher, which reports what shows for a second; resolves when it has seen everything once. */
export async function startWatcher(sandbox: Sandbox, { url, intakeToken }: Product): Promise<void> {
  const port = await freePort();
  const faults = watchedFaults.map(({ name }) => name).filter((name) => name !== leftToAlerts);
  const env = {
    KUBECONFIG: sandbox.kubernetes.kubeconfig('watcher'),
    ...{ MENDFLOW_WATCHER_PORT: String(port), MENDFLOW_WATCHER_INTAKE_URL: url, MENDFLOW_WATCHER_TOKEN: intakeToken },
    ...{ MENDFLOW_WATCHER_TOLERANCE: '1s', MENDFLOW_WATCHER_FAULTS: faults.join(',') },
  };
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  const args = [join(root, 'cli', 'main.ts'), 'serve', 'watcher'];
  await sandbox.run('watcher', process.execPath, args, { env, cwd: root, ready });
}
