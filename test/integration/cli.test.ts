import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { personToken } from '../support/api.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';
import { openReceiver } from '../support/receiver.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const policies = [aPolicyFor('CrashAsk', { scope: { namespaces: ['shop'] }, mode: 'Approve' })];

let product: Product;
let fault: ReturnType<typeof anAlertWith>;

beforeAll(async () => {
  product = await startProduct({ policies });
  await createNamespaces(product.admin, ['shop']);
  const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name: 'checkout' });
  fault = anAlertWith({ alertname: 'CrashAsk', namespace: 'shop', pod });
  await deliver(product.url, [fault]);
}, 180_000);
afterAll(() => product?.stop(), 60_000);

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** The command line as a process of its own, as a person would run it without a terminal. */
function mendflow(...args: string[]): Promise<Ran> {
  return mendflowWith({ MENDFLOW_SERVER: product.url, MENDFLOW_TOKEN: personToken }, ...args);
}

/** The same with other variables. */
function mendflowWith(own: Record<string, string>, ...args: string[]): Promise<Ran> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...env, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    ran.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ran.err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code })));
}

const waiting = ['list', '-n', 'shop', '--phase', 'AwaitingApproval', '-o', 'name'];

describe('the command line before the real product', () => {
  it('shows a run that waits, and the very line that approves it; following it ends with exit code 0', async () => {
    await until('the run asks', async () => (await mendflow(...waiting)).out.trim() === fault.id, 30_000);
    const { out } = await mendflow('describe', 'shop/Deployment/checkout');
    expect(out).toMatch(/Phase: +AwaitingApproval[\s\S]*► AwaitingApproval[\s\S]*Evidence:/);
    const line = out.split('\n').find((candidate) => candidate.includes('mendflow approve')) ?? '';

    const following = mendflow('follow', fault.id, '--timeout', '60s');
    const [, ...answer] = line.trim().split(' ');
    expect(await mendflow(...answer, '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Approved by ada'),
    });
    expect(await following).toMatchObject({
      code: 0,
      out: expect.stringContaining('evict'),
      err: expect.stringMatching(/^remediated: /m),
    });
  }, 120_000);

  it('shows what the act cost, and forgets it on request', async () => {
    const { out } = await mendflow('guard');
    expect(out).toMatch(/Paused: +no[\s\S]*cluster +\d+ at once.* +1 +\d+\n[\s\S]*shop\/Deployment\/checkout +1 /);
    expect((await mendflow('reset', 'shop/Deployment/checkout', '--why', 'fixed')).code).toBe(0);
    const wide = (await mendflow('guard', '-o', 'wide')).out;
    expect(wide).toMatch(/shop\/Deployment\/checkout +0 /);
    expect(wide).toMatch(/Resets:\n.*\n {2}shop\/Deployment\/checkout +ada .* fixed/);
  }, 60_000);

  it('pauses the cluster and lifts the pause by the beginning of its id', async () => {
    const id = (await mendflow('pause', '--why', 'game day', '-o', 'name')).out.trim();
    expect((await mendflow('guard')).out).toMatch(/Paused: +yes, by 1 pause[\s\S]*ada .* game day/);
    expect((await mendflow('resume', id.slice(0, 8))).out).toContain('sandbox is no longer paused');
  }, 60_000);

  it('lists the policies in force, and what is wrong with a file that was just written', async () => {
    const [folder, file] = [join(product.sandbox.dataFolder, 'policies'), 'new.yaml'];
    expect(await mendflow('policies')).toMatchObject({ code: 0, out: expect.stringContaining(' Approve '), err: '' });
    writeFileSync(join(folder, file), 'kind: Nothing');
    await until('the file is refused', async () => (await mendflow('policies')).err.includes(`${file}:1 `), 30_000);
    rmSync(join(folder, file));
    await until('nothing is refused', async () => (await mendflow('policies')).err === '', 30_000);
  }, 90_000);

  it('exits 3 for an unknown token', async () => {
    expect(await mendflow('guard', '--token', 'nobodys-token-at-all')).toMatchObject({ code: 3, out: '' });
  });
});

describe('mendflow doctor', () => {
  let receiver: Awaited<ReturnType<typeof openReceiver>>;
  let configFile: string;
  beforeAll(async () => {
    receiver = await openReceiver({ status: 200 });
    configFile = join(product.sandbox.dataFolder, 'doctor.yaml');
    const declared = { name: 'chat', type: 'webhook', url: receiver.url, allowPrivateNetwork: true };
    writeFileSync(configFile, stringify({ receivers: [declared] }));
  });
  afterAll(() => receiver?.close());

  interface Found {
    check: string;
    status: string;
    detail: string;
    fix?: string;
  }

  /** The findings, by what was looked at, where the environment is the worker's but for these. */
  async function findings(own: Record<string, string> = {}, ...args: string[]) {
    const { sandbox, policyFolder } = product;
    const worker = { KUBECONFIG: sandbox.kubernetes.kubeconfig('worker'), MENDFLOW_POLICIES: policyFolder };
    const settings = {
      MENDFLOW_APPROVAL_KEY: 'a-key-of-the-doctor-0123456789-0123456789',
      MENDFLOW_CONFIG: configFile,
    };
    const env = { ...sandbox.env(), ...worker, ...settings, MENDFLOW_INSTALLATION: 'sandbox', ...own };
    const { code, out, err } = await mendflowWith(env, 'doctor', '-o', 'json', ...args);
    const { findings: found } = JSON.parse(out || `{"findings":[{"check":"${err}"}]}`) as { findings: Found[] };
    return { code, of: new Map(found.map((one) => [one.check, one])) };
  }
  const statusOf = (of: Map<string, Found>) =>
    Object.fromEntries([...of].map(([check, { status }]) => [check, status]));

  it('finds an installation well that is, with a message to each receiver', async () => {
    const { of } = await findings({ MENDFLOW_APPROVAL_KEY: '' }, '--send-test');
    expect(statusOf(of)).toMatchObject({
      ...{ policies: 'ok', temporal: 'ok', 'temporal, search attributes': 'ok', 'worker, hub': 'ok' },
      ...{ 'worker, cluster': 'ok', kubernetes: 'ok', clock: 'ok', rights: 'ok', 'receiver chat': 'ok' },
    });
    expect(of.get('kubernetes')?.detail).toContain('we are mendflow-worker');
    expect(receiver.received.map(({ body }) => JSON.parse(body).kind)).toEqual(['escalation', 'closed']);
  }, 60_000);

  it.each([
    ['temporal', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, /TEMPORAL_ADDRESS/],
    ['temporal', { TEMPORAL_NAMESPACE: 'nowhere' }, /namespace create --namespace nowhere[\s\S]*TEMPORAL_/],
    ['worker, cluster', { MENDFLOW_CLUSTER: 'another' }, /mendflow serve worker/],
    ['kubernetes', { KUBECONFIG: '/nowhere/kubeconfig' }, /Set KUBECONFIG/],
    ['policies', { MENDFLOW_POLICIES: '/nowhere' }, /Set MENDFLOW_POLICIES/],
    ['prometheus', { MENDFLOW_PROMETHEUS_URL: 'http://127.0.0.1:1' }, /MENDFLOW_PROMETHEUS_URL/],
  ])(
    'says what is wrong with %s under %j, and what to do',
    async (check, own, fix) => {
      const { code, of } = await findings(own);
      const { status, detail, fix: said } = of.get(check) ?? {};
      expect({ status, words: `${detail}\n${said}` }).toEqual({ status: 'failed', words: expect.stringMatching(fix) });
      expect(code).toBe(1);
    },
    90_000,
  );

  it('names the rights that an account lacks, with the file that grants them', async () => {
    const { of } = await findings({ KUBECONFIG: product.sandbox.kubernetes.kubeconfig('watcher') });
    expect(of.get('rights')).toMatchObject({ status: 'failed', detail: expect.stringContaining('evict-pod.yaml') });
  }, 60_000);

  it('says which receiver refuses its message', async () => {
    const [refusing, taking] = [await openReceiver({ status: 403 }), await openReceiver({ status: 200 })];
    const file = join(product.sandbox.dataFolder, 'refused.yaml');
    const declared = [
      { name: 'chat', type: 'discord', url: refusing.url, allowPrivateNetwork: true },
      { name: 'pager', type: 'webhook', url: taking.url, allowPrivateNetwork: true, fallback: true },
    ];
    writeFileSync(file, stringify({ receivers: declared }));
    const { of } = await findings({ MENDFLOW_CONFIG: file }, '--send-test');
    await Promise.all([refusing.close(), taking.close()]);
    expect(of.get('receiver chat')).toMatchObject({ status: 'failed', detail: 'chat answered 403' });
    // Its own test and the end of that: what another one refuses is no page.
    expect(taking.received).toHaveLength(2);
  }, 60_000);
});
