import type { Notification } from '../../activities/contract.ts';
import { type MendflowApi, openMendflowApi } from '../demo/mendflow-api.ts';
import { openPager } from '../demo/pager.ts';
import { freePort } from '../free-port.ts';
import { type KubernetesApi, openKubeconfig } from '../kubernetes-api.ts';
import { addressOf, startProduct } from '../product.ts';
import type { Progress } from '../progress.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { imageOf } from './app.ts';
import type { NodeCase } from './case.ts';
import { writeCasePolicies } from './policies.ts';

/** Real nodes, Prometheus with the shipped rules, Alertmanager, Temporal, and Mendflow between them. */
export interface Bed {
  sandbox: Sandbox;
  admin: KubernetesApi;
  mendflow: MendflowApi;
  /** Every message that people were sent so far, and when (Unix ms). */
  told: readonly { atMs: number; notification: Notification }[];
  stop(): Promise<void>;
}

/**
 * So wide that no case waits for another one's acts or passes for a part of a storm. One of two nodes is half of them: more
 * must be unwell before the cluster counts as unwell.
 */
const guard = {
  budget: { burst: 1000, per10m: 1000 },
  concurrency: { namespace: 1000, cluster: 1000 },
  zoneSpacing: '1s',
  storm: { workloads: 1000, atLeast: 1000 },
  controlPlane: { p99: '30s', serverErrors: 1000, notReadyPercent: 60 },
};

/** Starts everything; when one part fails, the others are stopped before it rejects. */
export async function openBed(progress: Progress, cases: readonly NodeCase[], onStop: () => void): Promise<Bed> {
  const told: { atMs: number; notification: Notification }[] = [];
  const pager = await openPager((notification) => told.push({ atMs: Date.now(), notification }));
  const address = await addressOf(await freePort(), 'check', {});
  let sandbox: Sandbox | undefined;
  let admin: KubernetesApi | undefined;
  const stop = async () => {
    onStop();
    await admin?.close();
    await sandbox?.stop();
    await pager.close();
  };
  try {
    sandbox = await startSandbox({
      ...{ parts: ['temporal', 'kubernetes', 'realNodes', 'monitoring'], progress, audit: true },
      images: cases.map(({ name }) => imageOf(name)),
      webhook: { url: `${address.url}/webhook`, token: address.intakeToken },
      onLost: ({ name, logFile }, how) => progress.say(`${name} ${how}; see ${logFile}`),
    });
    admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
    const policies = writeCasePolicies(sandbox.dataFolder, cases, pager.receiver.name);
    const step = progress.begin('Mendflow');
    const product = await startProduct(sandbox, address, { policies, receivers: [pager.receiver], guard });
    step.done();
    return { sandbox, admin, mendflow: openMendflowApi(product), told, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
