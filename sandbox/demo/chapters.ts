import { type Fault, injectFault, removeFault } from '../faults.ts';
import { eventually } from '../process.ts';
import { SandboxError } from '../sandbox-error.ts';
import { deliver } from './deliver.ts';
import { follow, runFor } from './follow.ts';
import type { ShownRun } from './mendflow-api.ts';
import type { Narrator } from './narrator.ts';
import type { Setup } from './setup.ts';
import { isShopHealthy } from './shop.ts';

/** One episode of the demo; resolves with the run it tells of. */
type Chapter = (setup: Setup, narrator: Narrator) => Promise<ShownRun>;

interface PodList {
  items: {
    metadata: { name: string };
    status: { containerStatuses?: { restartCount: number; state: { waiting?: { reason: string } } }[] };
  }[];
}

const podsOf = async ({ admin }: Setup, app: string) =>
  (await admin.call<PodList>('GET', `/api/v1/namespaces/shop/pods?labelSelector=app%3D${app}`)).items;

/** One pod leaks memory; Mendflow sees it, evicts it, and proves that its successor is well. */
export const leak: Chapter = async (setup, narrator) => {
  const [victim] = await podsOf(setup, 'checkout');
  if (!victim) throw new SandboxError('the shop has no checkout pod');
  const [alertname, fault]: [string, Fault] = setup.hasMonitoring
    ? ['MemoryLeakDetected', 'memory-leak']
    : ['ContainerOOMKilled', 'oom-killed'];
  const sinceMs = Date.now();
  const pod = victim.metadata.name;
  await injectFault(setup.sandbox.kubernetes.adminKubeconfig, { namespace: 'shop', pod }, fault);
  if (setup.hasMonitoring) {
    narrator.say(`shop/${pod}, one of three, begins to leak memory (20 MiB a second)`);
    narrator.say('Prometheus measures it; in about ten seconds Alertmanager calls the webhook');
  } else {
    narrator.say(`shop/${pod}, one of three, is OOMKilled again and again`);
    await waitForRestarts(setup, 'checkout');
    await deliver(setup, { alertname, namespace: 'shop', pod, severity: 'warning' });
  }
  const { id } = await runFor(setup.mendflow, { alertname, sinceMs, withinMs: 60_000 });
  const isHealed = ({ report }: ShownRun) => report?.outcome === 'remediated';
  return follow(setup.mendflow, id, narrator).until('the pod is remediated', isHealed, 90_000);
};

/** A release that crashes whatever is done: each step is tried, a person approves, and in the end takes over. */
export const hopeless: Chapter = async (setup, narrator) => {
  const { adminKubeconfig } = setup.sandbox.kubernetes;
  const target = { namespace: 'shop', deployment: 'payments' };
  const sinceMs = Date.now();
  await injectFault(adminKubeconfig, target, 'crash-loop');
  narrator.say('a new release of shop/payments is rolled out, and its pods crash at start, each of them');
  const pod = await waitForRestarts(setup, 'payments');
  const alertname = 'PodCrashLooping';
  if (!setup.hasMonitoring) await deliver(setup, { alertname, namespace: 'shop', pod, severity: 'critical' });

  const { id } = await runFor(setup.mendflow, { alertname, sinceMs, withinMs: 60_000 });
  const run = follow(setup.mendflow, id, narrator);
  const asking = await run.until('a person is asked to approve', ({ live }) => live?.question !== undefined, 90_000);
  const { digest, action } = asking.live?.question ?? { digest: '', action: '' };
  narrator.say(`we answer through the API: POST …/approve (${action})`);
  await setup.mendflow.send(id, 'approve', { digest, note: 'the demo approves' });

  await run.until('it is escalated', ({ live }) => live?.phase === 'Escalated', 90_000);
  narrator.say('we answer through the API: POST …/acknowledge, then POST …/take-over');
  await setup.mendflow.send(id, 'acknowledge', { note: 'on it' });
  await setup.mendflow.send(id, 'take-over', { note: 'the release is rolled back by hand' });
  await removeFault(adminKubeconfig, target);
  const ended = await run.until('it ends escalated', ({ report }) => report?.outcome === 'escalated', 30_000);
  if (!(await eventually(() => isShopHealthy(setup.admin), 20_000))) throw new SandboxError('the shop is not healthy');
  narrator.say('rolled back: every pod of the shop is ready');
  return ended;
};

/** The name of a pod of the app that crashed twice, so that its status proves the fault. */
async function waitForRestarts(setup: Setup, app: string): Promise<string> {
  let name = '';
  const isThere = async () => {
    const crashed = (await podsOf(setup, app)).find(({ status }) =>
      status.containerStatuses?.some(({ restartCount }) => restartCount >= 2),
    );
    name = crashed?.metadata.name ?? '';
    return name !== '';
  };
  if (!(await eventually(isThere, 20_000))) throw new SandboxError(`no pod of ${app} crashes`);
  return name;
}
