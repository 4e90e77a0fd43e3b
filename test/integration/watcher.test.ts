import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../domain/alert/fingerprint.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { injectFault, removeFault } from '../../sandbox/faults.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { silent } from '../../sandbox/progress.ts';
import { intakeToken } from '../support/api.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { evictionsOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { endOf, runsOf } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces, createWorkload, podsOf } from '../support/product/workloads.ts';
import { itWith } from '../support/with-servers.ts';

const alertname = 'MendflowPodCrashLoopBackOff';
const root = join(import.meta.dirname, '..', '..');
const names = ['watcher-a', 'watcher-b'];
let product: Product;
let watchers: string[] = [];

/** Starts a watcher as a process of its own; resolves with its address when it is ready. */
async function startWatcher(name: string): Promise<string> {
  const { sandbox, url } = product;
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const env = {
    KUBECONFIG: sandbox.kubernetes.kubeconfig('watcher'),
    ...{ MENDFLOW_WATCHER_PORT: String(port), MENDFLOW_WATCHER_INTAKE_URL: url, MENDFLOW_WATCHER_TOKEN: intakeToken },
    ...{ MENDFLOW_WATCHER_TOLERANCE: '1s', MENDFLOW_WATCHER_FAULTS: 'CrashLoopBackOff,NodeNotReady,JobFailed' },
  };
  const ready = async () => (await fetch(`${address}/readyz`)).ok;
  await sandbox.run(name, process.execPath, [join(root, 'cli', 'main.ts'), 'serve', 'watcher'], {
    ...{ env, cwd: root, ready },
  });
  return address;
}

/** The value of the first sample whose line begins so; 0 where there is none. */
async function metric(address: string, beginning: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(beginning));
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
}
const seen = (address: string) => metric(address, 'mendflow_watcher_faults{fault="CrashLoopBackOff"}');
const received = (status: string) =>
  metric(product.url, `mendflow_alerts_received_total{receiver="watcher",status="${status}"}`);
/** As every watcher sees it. */
const allSee = (count: number) =>
  until(`every watcher sees ${count}`, async () => {
    const counts = await Promise.all(watchers.map(seen));
    return counts.every((one) => one === count);
  });

/** The id of the run about a pod of the Deployment. */
function runOf(namespace: string, pod: string, deployment: string): string {
  const named = { alertname, cluster: 'sandbox', mendflow_source: 'watcher' };
  const fingerprint = fingerprintOf({ ...named, namespace, pod, deployment });
  return remediationWorkflowId({ cluster: 'sandbox', alertname, fingerprint });
}

beforeAll(async () => {
  const paired = aPolicyFor('Crash', { scope: { namespaces: ['paired'] } });
  product = await startProduct({ policies: [aPolicyFor(alertname), paired] });
  await createNamespaces(product.admin, ['shop', 'elsewhere', 'paired']);
  watchers = await Promise.all(names.map(startWatcher));
}, 180_000);
afterAll(() => product?.stop(), 60_000);

describe('two watchers beside the product', () => {
  it('report a pod that crashes, and there is one run and one act', async () => {
    const { sandbox, admin, temporal, auditLog } = product;
    const pod = await createBroken(sandbox, admin, { namespace: 'shop', name: 'checkout' });
    const id = runOf('shop', pod, 'checkout');
    await until('the run', async () => (await temporal.workflow.getHandle(id).describe()) !== undefined);
    expect(await endOf(temporal, id)).toBe('remediated');
    expect(evictionsOf(auditLog, 'checkout')).toHaveLength(1);
    await allSee(0);
    expect(await runsOf(temporal, id)).toBe(1);
  }, 120_000);

  it('resolve what is healed without an act', async () => {
    const { sandbox, admin } = product;
    const place = { namespace: 'elsewhere', name: 'cart' };
    await createWorkload(admin, place);
    const pod = (await podsOf(admin, place))[0]?.metadata.name ?? '';
    const resolvedBefore = await received('resolved');
    await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace: 'elsewhere', pod }, 'crash-loop');
    await allSee(1);
    await removeFault(sandbox.kubernetes.adminKubeconfig, { namespace: 'elsewhere', pod });
    // It shows for half a minute more: a container that has just come up has not proven that it stays up.
    await until('resolved', async () => (await received('resolved')) >= resolvedBefore + 2, 90_000);
    await allSee(0);
    expect(await received('resolved')).toBeGreaterThan(resolvedBefore + 1);
  }, 180_000);

  it('go on after the API server was away, and lose nothing that broke meanwhile', async () => {
    const { sandbox, admin, temporal, auditLog } = product;
    await createWorkload(admin, { namespace: 'shop', name: 'search' });
    const pod = (await podsOf(admin, { namespace: 'shop', name: 'search' }))[0]?.metadata.name ?? '';
    await sandbox.kill('kube-apiserver');
    await sandbox.restart('kube-apiserver');
    const inject = () => injectFault(sandbox.kubernetes.adminKubeconfig, { namespace: 'shop', pod }, 'crash-loop');
    await until('the fault is there', () => inject().then(() => true), 60_000);
    const id = runOf('shop', pod, 'search');
    await until('the run', async () => (await temporal.workflow.getHandle(id).describe()) !== undefined, 90_000);
    // The other watcher may say so only after the act: the run of its alert finds the pod gone.
    expect(await endOf(temporal, id, 120_000)).toMatch(
      /^remediated$|^notActionable: .* fires again; .*there is no pod/,
    );
    expect(evictionsOf(auditLog, 'search')).toHaveLength(1);
  }, 240_000);

  it('post to an api that was away as soon as it is back', async () => {
    const { sandbox, admin, temporal, auditLog } = product;
    await createWorkload(admin, { namespace: 'shop', name: 'orders' });
    const pod = (await podsOf(admin, { namespace: 'shop', name: 'orders' }))[0]?.metadata.name ?? '';
    await sandbox.kill('api');
    await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace: 'shop', pod }, 'crash-loop');
    await until(
      'an alert waits',
      async () => (await metric(watchers[0] ?? '', 'mendflow_watcher_waiting')) >= 1,
      60_000,
    );
    await sandbox.restart('api');
    const id = runOf('shop', pod, 'orders');
    await until('the run', async () => (await temporal.workflow.getHandle(id).describe()) !== undefined, 60_000);
    expect(await endOf(temporal, id, 120_000)).toBe('remediated');
    expect(evictionsOf(auditLog, 'orders')).toHaveLength(1);
  }, 240_000);
});

describe('two Alertmanagers, one group of alerts', () => {
  /** A pod that crashes in each of these workloads. */
  async function crashing(names: string[]): Promise<AlertUnderTest[]> {
    const faults: AlertUnderTest[] = [];
    for (const name of names) {
      const pod = await createBroken(product.sandbox, product.admin, { namespace: 'paired', name });
      faults.push(anAlertWith({ alertname: 'Crash', namespace: 'paired', pod }));
    }
    return faults;
  }
  const since = (startsAt: string, faults: AlertUnderTest[]) =>
    faults.map((fault) => ({ ...fault, item: { ...fault.item, startsAt } }));
  const actsOn = (names: string[]) => names.map((name) => evictionsOf(product.auditLog, name).length);

  it('which deliver it at once, in another order and again, lead to one run and one act for each alert', async () => {
    const { temporal, url } = product;
    const names = ['payments', 'billing'];
    const faults = await crashing(names);
    const [one, other] = [since('2026-03-01T10:00:00Z', faults), since('2026-03-01T10:00:07Z', faults).reverse()];
    const answers = await Promise.all([one, other, one, other, one].map((group) => deliver(url, group)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    for (const { id } of faults) {
      expect(await endOf(temporal, id)).toBe('remediated');
      expect(await runsOf(temporal, id)).toBe(1);
    }
    expect(actsOn(names)).toEqual([1, 1]);
  }, 120_000);

  itWith(
    ['alertmanager'],
    'which are real, do not hear of each other and repeat themselves, lead to one act for each alert',
    async () => {
      const names = ['wishlist', 'reviews'];
      const faults = await crashing(names);
      const pair = await Promise.all(['alertmanager-a', 'alertmanager-b'].map(startAlertmanager));
      const orders = [since('2026-03-01T10:00:00Z', faults), since('2026-03-01T10:00:07Z', faults).reverse()];
      await Promise.all(pair.map((address, nth) => tellAlertmanager(address, orders[nth] ?? [])));
      for (const { id } of faults) {
        await until('the run', async () => (await product.temporal.workflow.getHandle(id).describe()) !== undefined);
        await endOf(product.temporal, id);
      }
      // Each goes on to repeat both alerts, which nobody has resolved, for as long as it likes.
      const taken = () => metric(product.url, 'mendflow_alerts_received_total{receiver="paired",status="firing"}');
      const soFar = await taken();
      await until('both repeat themselves', async () => (await taken()) >= soFar + 8);
      expect(actsOn(names)).toEqual([1, 1]);
    },
    120_000,
  );
});

/** Starts an Alertmanager of its own that repeats each second what fires; returns its address. */
async function startAlertmanager(name: string): Promise<string> {
  const { sandbox, url } = product;
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const route = {
    receiver: 'paired',
    group_by: ['namespace'],
    group_wait: '0s',
    group_interval: '1s',
    repeat_interval: '1s',
  };
  const http_config = { authorization: { credentials: intakeToken } };
  const receivers = [{ name: 'paired', webhook_configs: [{ url: `${url}/v1/alerts`, http_config }] }];
  const file = join(sandbox.dataFolder, `${name}.yml`);
  writeFileSync(file, JSON.stringify({ route, receivers }));
  const args = [`--config.file=${file}`, `--storage.path=${join(sandbox.dataFolder, name)}`];
  const listening = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  await sandbox.run(name, await resolveBinary('alertmanager', silent), [...args, ...listening], {
    ready: async () => (await fetch(`${address}/-/ready`)).ok,
  });
  return address;
}

/** Posts the alerts as Prometheus does: to each Alertmanager of a pair. */
async function tellAlertmanager(address: string, alerts: readonly AlertUnderTest[]): Promise<void> {
  const body = JSON.stringify(alerts.map(({ item: { labels, startsAt } }) => ({ labels, startsAt })));
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${address}/api/v2/alerts`, { method: 'POST', headers, body });
  expect(status).toBe(200);
}
