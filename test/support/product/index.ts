import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { freePort } from '../../../sandbox/free-port.ts';
import { type KubernetesApi, openKubeconfig } from '../../../sandbox/kubernetes-api.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { intakeToken, personToken } from '../api.ts';
import { type aPolicyFor, writePolicies } from './policies.ts';
import type { SignedReceiver } from './receiver.ts';

/** The whole product in processes of its own, on a real Temporal and a real API server that writes an audit log. */
export interface Product {
  sandbox: Sandbox;
  /** The cluster as its administrator. */
  admin: KubernetesApi;
  /** Temporal itself, to look behind the api. */
  temporal: Client;
  url: string;
  workerUrl: string;
  policyFolder: string;
  auditLog: string;
  stop(): Promise<void>;
}

export interface ProductOptions {
  policies: readonly ReturnType<typeof aPolicyFor>[];
  receivers?: readonly Pick<SignedReceiver, 'declaration'>[];
  /** Where the api finds Temporal, when something stands between them. */
  apiReachesTemporalAt?: (address: string) => Promise<string>;
  /** The worker's kubeconfig, when something stands between it and the API server. */
  workerReachesClusterBy?: (sandbox: Sandbox) => Promise<string>;
  /** More variables of the api and the worker. */
  env?: Record<string, string>;
}

const root = join(import.meta.dirname, '..', '..', '..');
const cli = join(root, 'cli', 'main.ts');

/** The api signs approvals with it, the worker checks them. */
const approvalKey = { MENDFLOW_APPROVAL_KEY: 'an-approval-key-of-the-tests-0123456789' };

/** Wide enough that no test waits for another one's acts. */
const wideLimits = {
  ...{ MENDFLOW_GUARD_BUDGET_BURST: '1000', MENDFLOW_GUARD_BUDGET_PER_10M: '1000' },
  ...{ MENDFLOW_GUARD_CONCURRENCY_NAMESPACE: '1000', MENDFLOW_GUARD_CONCURRENCY_CLUSTER: '1000' },
  ...{
    MENDFLOW_GUARD_ZONE_SPACING: '1s',
    // An API server that is away on purpose must not hold everything for a minute.
    MENDFLOW_GUARD_CONTROL_PLANE_SERVER_ERRORS: '1000',
    MENDFLOW_GUARD_CONTROL_PLANE_P99: '30s',
    MENDFLOW_GUARD_STORM_WORKLOADS: '1000',
    MENDFLOW_GUARD_STORM_AT_LEAST: '1000',
  },
};

/** Starts servers, api and worker; resolves when both say that they are ready. `stop` ends them all. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const sandbox = await startSandbox({ audit: true });
  try {
    return await startIn(sandbox, options);
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

async function startIn(sandbox: Sandbox, options: ProductOptions): Promise<Product> {
  const { policies, receivers = [], apiReachesTemporalAt = async (address: string) => address } = options;
  const { workerReachesClusterBy = async () => sandbox.kubernetes.kubeconfig('worker'), env: extra = {} } = options;
  const policyFolder = join(sandbox.dataFolder, 'policies');
  mkdirSync(policyFolder);
  writePolicies(policyFolder, policies);
  const configFile = join(sandbox.dataFolder, 'mendflow.yaml');
  writeFileSync(configFile, stringify({ receivers: receivers.map(({ declaration }) => declaration) }), { mode: 0o600 });
  const [apiPort, workerPort] = [await freePort(), await freePort()];
  const [url, workerUrl] = [`http://127.0.0.1:${apiPort}`, `http://127.0.0.1:${workerPort}`];
  const env = {
    ...{ ...wideLimits, ...approvalKey, MENDFLOW_CONFIG: configFile, MENDFLOW_POLICIES: policyFolder },
    ...{
      MENDFLOW_INTAKE_TOKENS: `alertmanager@sandbox+prod=${intakeToken}`,
      MENDFLOW_API_TOKENS: `ada=${personToken}`,
    },
    MENDFLOW_APPROVAL_KEY: randomBytes(24).toString('hex'),
    ...{
      MENDFLOW_API_PORT: String(apiPort),
      MENDFLOW_API_PROBE_PORT: '0',
      MENDFLOW_WORKER_PORT: String(workerPort),
      ...extra,
    },
  };
  const serve = (name: string, at: string, own: Record<string, string>) =>
    sandbox.run(name, process.execPath, [cli, 'serve', name], {
      ...{ env: { ...env, ...own }, cwd: root },
      ready: async () => (await fetch(`${at}/readyz`)).ok,
    });
  const apiTemporal = await apiReachesTemporalAt(sandbox.temporal.address);
  const kubeconfig = await workerReachesClusterBy(sandbox);
  const starts = [
    serve('api', url, { TEMPORAL_ADDRESS: apiTemporal }),
    serve('worker', workerUrl, { KUBECONFIG: kubeconfig }),
  ];
  await Promise.all(starts);

  const admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
  const connection = await Connection.connect({ address: sandbox.temporal.address });
  const { auditLog = '' } = sandbox.kubernetes;
  return {
    ...{
      sandbox,
      admin,
      url,
      workerUrl,
      policyFolder,
      auditLog,
      temporal: new Client({ connection, namespace: sandbox.temporal.namespace }),
    },
    async stop() {
      await connection.close();
      await admin.close();
      await sandbox.stop();
    },
  };
}
