import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { freePort } from '../../../sandbox/free-port.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { intakeToken, personToken } from '../api.ts';
import type { SignedReceiver } from './receiver.ts';

/** What an attack on the intake or the guard needs: an api with the heap that it has in production, and a hub worker. */
export interface WithoutCluster {
  sandbox: Sandbox;
  temporal: Client;
  url: string;
  /** Where the probes of the api have a server of their own. */
  probeUrl: string;
  workerUrl: string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..', '..');

/** Starts both on a Temporal; no API server, which takes most of the time of a start. */
export async function startWithoutCluster(receivers: readonly SignedReceiver[] = []): Promise<WithoutCluster> {
  const sandbox = await startSandbox({ parts: ['temporal'] });
  try {
    const configFile = join(sandbox.dataFolder, 'mendflow.yaml');
    writeFileSync(configFile, stringify({ receivers: receivers.map(({ declaration }) => declaration) }), {
      mode: 0o600,
    });
    const [api = 0, probe = 0, worker = 0] = [await freePort(), await freePort(), await freePort()];
    const [url = '', probeUrl = '', workerUrl = ''] = [api, probe, worker].map((port) => `http://127.0.0.1:${port}`);
    const env = {
      ...{ MENDFLOW_CONFIG: configFile, MENDFLOW_WORKER_ROLES: 'hub', MENDFLOW_WORKER_PORT: String(worker) },
      ...{ MENDFLOW_API_PORT: String(api), MENDFLOW_API_PROBE_PORT: String(probe) },
      ...{ MENDFLOW_INTAKE_TOKENS: `alertmanager=${intakeToken}`, MENDFLOW_API_TOKENS: `ada=${personToken}` },
      MENDFLOW_APPROVAL_KEY: 'an-approval-key-of-the-tests-0123456789',
    };
    const serve = (name: string, readyUrl: string, own: Record<string, string>) =>
      sandbox.run(name, process.execPath, [join(root, 'cli', 'main.ts'), 'serve', name], {
        ...{ env: { ...env, ...own }, cwd: root, readyWithinMs: 60_000 },
        ready: async () => (await fetch(`${readyUrl}/readyz`)).ok,
      });
    await Promise.all([
      serve('api', probeUrl, { NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=128' }),
      serve('worker', workerUrl, {}),
    ]);
    const connection = await Connection.connect({ address: sandbox.temporal.address });
    return {
      ...{ sandbox, url, probeUrl, workerUrl },
      temporal: new Client({ connection, namespace: sandbox.temporal.namespace }),
      async stop() {
        await connection.close();
        await sandbox.stop();
      },
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
