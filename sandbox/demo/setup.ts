import { join } from 'node:path';
import type { Notification } from '../../activities/contract.ts';
import { freePort } from '../free-port.ts';
import { type KubernetesApi, openKubeconfig } from '../kubernetes-api.ts';
import { addressOf, type Product, startProduct } from '../product.ts';
import type { Progress } from '../progress.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { allParts } from '../start-parts.ts';
import { type MendflowApi, openMendflowApi } from './mendflow-api.ts';
import { openPager } from './pager.ts';
import { openShop } from './shop.ts';

/** Everything that the story needs. */
export interface Setup {
  sandbox: Sandbox;
  product: Product;
  mendflow: MendflowApi;
  admin: KubernetesApi;
  /** Whether Prometheus and Alertmanager carry the alerts; otherwise the demo delivers them itself. */
  hasMonitoring: boolean;
  stop(): Promise<void>;
}

/** What a caller of the setup wants to hear of. */
export interface SetupOptions {
  progress: Progress;
  told: (notification: Notification) => void;
  /** What is played on it; default: the story of the shop. */
  play?: Programme;
}

/** What is on before it begins. */
export interface Programme {
  /** Folder of policies, given the sandbox's data folder and the name of the receiver. */
  policies(dataFolder: string, receiver: string): string;
  /** Section `guard` of the configuration file. */
  guard: object;
  /** Creates what must be there before the first alert. */
  open(admin: KubernetesApi): Promise<void>;
  /** Whether the API server keeps a log of who did what. */
  audit: boolean;
  /** Section `watcher` of the configuration file; absent: no watcher runs. */
  watcher?: object;
}

const story: Programme = {
  policies: () => join(import.meta.dirname, '..', 'demo-policies'),
  // A story of minutes does not wait one between two zones.
  guard: { zoneSpacing: '1s' },
  open: openShop,
  audit: false,
};

const optional = {
  monitoring: 'the demo sends its alerts itself, and leaves out the faults whose policies ask Prometheus.',
};

/** Starts the sandbox, Mendflow and what is played; when one fails, the others are stopped before it rejects. */
export async function openSetup({ progress, told, play = story }: SetupOptions): Promise<Setup> {
  const address = await addressOf(await freePort(), 'demo', {});
  const webhook = { url: `${address.url}/webhook`, token: address.intakeToken };
  const pager = await openPager(told);
  let sandbox: Sandbox | undefined;
  let admin: KubernetesApi | undefined;
  const stop = async () => {
    await admin?.close();
    await sandbox?.stop();
    await pager.close();
  };
  const onLost = ({ name, logFile }: { name: string; logFile: string }, how: string) =>
    progress.say(`${name} ${how}; see ${logFile}`);
  try {
    sandbox = await startSandbox({ parts: allParts, optional, progress, webhook, onLost, audit: play.audit });
    admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
    const policies = play.policies(sandbox.dataFolder, pager.receiver.name);
    const step = progress.begin('Mendflow');
    const { guard, watcher } = play;
    const options = { policies, receivers: [pager.receiver], guard, ...(watcher && { watcher }) };
    const starting = startProduct(sandbox, address, options);
    const [product] = await Promise.all([starting, play.open(admin)]);
    step.done();
    const mendflow = openMendflowApi(product);
    return { sandbox, product, mendflow, admin, hasMonitoring: sandbox.has('monitoring'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
