import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readIntakeToken } from '../config/tokens.ts';
import { freePort, isFree } from './free-port.ts';
import type { Sandbox } from './sandbox.ts';
import { SandboxError } from './sandbox-error.ts';

/** Mendflow itself, running beside a sandbox. */
export interface Product {
  url: string;
  intakeToken: string;
  /** Who answers with `personToken`. */
  person: string;
  personToken: string;
}

/** Where the api will listen, and with which tokens; Alertmanager must know before it starts. */
export type ProductAddress = Product & { apiPort: number };

/** What it runs with. */
export interface ProductOptions {
  /** Folder of policies. */
  policies: string;
  receivers?: readonly DemoReceiver[];
  /** Section `guard` of the configuration file. */
  guard?: object;
  /** Run a watcher as well, with an account of its own; this is its section of the configuration file. */
  watcher?: object;
}

/** Somebody to be told, as the configuration file declares it. */
export interface DemoReceiver {
  name: string;
  url: string;
  secret: string;
}

const root = join(import.meta.dirname, '..');
/**
 * Their garbage is small and short-lived: a small nursery keeps the idle api below 150 MB and the worker below 300 MB, and
 * a bound for what lives longer keeps a storm from filling the memory with garbage that nobody has collected yet.
 */
const flags: Record<string, readonly string[]> = {
  api: ['--max-semi-space-size=4', '--max-old-space-size=128'],
  worker: ['--max-semi-space-size=4', '--max-old-space-size=384'],
  watcher: ['--max-semi-space-size=1', '--optimize-for-size'],
};

/**
 * Where the api will listen, with tokens of 24 random bytes, or those of the environment where it has them. Rejects a
 * port that is taken.
 */
export async function addressOf(
  apiPort: number,
  person: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ProductAddress> {
  if (!(await isFree(apiPort))) {
    throw new SandboxError(`port ${apiPort} for the api is taken; set MENDFLOW_API_PORT to another one`);
  }
  const random = () => randomBytes(24).toString('hex');
  const [, givenPerson, givenToken] = /^([^=,]+)=([^,]+)/.exec(env.MENDFLOW_API_TOKENS ?? '') ?? [];
  return {
    ...{ apiPort, url: `http://127.0.0.1:${apiPort}` },
    ...{ person: givenPerson ?? person, personToken: givenToken ?? random() },
    intakeToken: readIntakeToken(env.MENDFLOW_INTAKE_TOKENS?.split(',')[0] ?? '').token || random(),
  };
}

function writeConfig(sandbox: Sandbox, { receivers = [], guard = {}, watcher = {} }: ProductOptions): string {
  const file = join(sandbox.dataFolder, 'mendflow.yaml');
  const declared = receivers.map((receiver) => ({ ...receiver, type: 'webhook', allowPrivateNetwork: true }));
  writeFileSync(file, stringify({ receivers: declared, guard, watcher }), { mode: 0o600 });
  return file;
}

const answers = (url: string) => async () => (await fetch(`${url}/readyz`)).ok;

/** Starts the api and the worker under the sandbox's supervision; resolves when both say that they are ready. */
export async function startProduct(
  sandbox: Sandbox,
  address: ProductAddress,
  options: ProductOptions,
): Promise<Product> {
  const config = process.env.MENDFLOW_CONFIG || writeConfig(sandbox, options);
  const [workerPort, watcherPort, probePort] = [await freePort(), await freePort(), await freePort()];
  const cli = join(root, 'cli', 'main.ts');
  const env = {
    ...{ MENDFLOW_CONFIG: config, MENDFLOW_POLICIES: options.policies, MENDFLOW_API_PORT: String(address.apiPort) },
    ...{ MENDFLOW_INTAKE_TOKENS: address.intakeToken, MENDFLOW_WORKER_PORT: String(workerPort) },
    MENDFLOW_API_PROBE_PORT: String(probePort),
    MENDFLOW_API_TOKENS: `${address.person}=${address.personToken}`,
    MENDFLOW_APPROVAL_KEY: process.env.MENDFLOW_APPROVAL_KEY || randomBytes(24).toString('hex'),
  };
  const watcherEnv = {
    ...{ MENDFLOW_WATCHER_PORT: String(watcherPort), MENDFLOW_WATCHER_INTAKE_URL: address.url },
    KUBECONFIG: sandbox.kubernetes.kubeconfig('watcher'),
  };
  const parts = [
    { name: 'api', url: address.url, own: {} },
    { name: 'worker', url: `http://127.0.0.1:${workerPort}`, own: {} },
    ...(options.watcher ? [{ name: 'watcher', url: `http://127.0.0.1:${watcherPort}`, own: watcherEnv }] : []),
  ];
  await Promise.all(
    parts.map(({ name, url, own }) =>
      sandbox.run(name, process.execPath, [...(flags[name] ?? []), cli, 'serve', name], {
        ...{ env: { ...env, ...own }, cwd: root, ready: answers(url) },
      }),
    ),
  );
  return address;
}
