import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { personToken } from '../support/api.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';

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
  const { NODE_OPTIONS: _, ...env } = process.env;
  const own = { MENDFLOW_SERVER: product.url, MENDFLOW_TOKEN: personToken };
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
    expect(await mendflow(...answer)).toMatchObject({ code: 0, out: expect.stringContaining('approve by ada') });
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

  it('exits 3 for an unknown token', async () => {
    expect(await mendflow('guard', '--token', 'nobodys-token-at-all')).toMatchObject({ code: 3, out: '' });
  });
});
