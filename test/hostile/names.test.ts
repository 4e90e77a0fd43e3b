import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { personToken } from '../support/api.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { containersSay } from '../support/product/container-log.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { ask, liveWhen } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** A name that draws in a browser and a terminal, has lines of its own, and carries a secret. */
const alertname =
  'Crash# ![i](https://evil.example/i) <img src=x> `c` | \u001b[2J\u001b[31m\u202e\u200bx\ninjected: token=kirsche77';
const unclean = /[^\P{C}\n]|[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u;

let product: Product;
let receiver: SignedReceiver;
let fault: AlertUnderTest;

beforeAll(async () => {
  receiver = await openReceiver('oncall');
  const policy = aPolicyFor('Hostile', {
    match: { alerts: ['attack="names"'] },
    mode: 'Approve',
    escalation: [{ notify: ['oncall'], message: '{{alertname}} in {{namespace}}' }],
  });
  product = await startProduct({ policies: [policy], receivers: [receiver] });
  await createNamespaces(product.admin, ['shop']);
  containersSay(product.sandbox, ['\u001b[31mpass\u001b[0mword=kirsche77\u202e', 'curl -u ada:kirsche77 http://db/']);
  const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name: 'checkout' });
  fault = anAlertWith({ alertname, attack: 'names', namespace: 'shop', pod, severity: 'password=kirsche77\u0007' });
  Object.assign(fault.item, {
    annotations: { summary: 'curl -su ada:kirsche77 x\u202e', runbook: 'token=kirsche77' },
  });
  expect(await deliver(product.url, [fault])).toMatchObject({ status: 202 });
  await liveWhen(product.url, fault.id, ({ phase }) => phase === 'AwaitingApproval');
}, 240_000);
afterAll(async () => {
  await product?.stop();
  await receiver?.close();
}, 60_000);

/** The command line as a process of its own. */
function mendflow(...args: string[]): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const own = { MENDFLOW_SERVER: product.url, MENDFLOW_TOKEN: personToken };
  return new Promise((resolve) => {
    // Its exit code says how the run is, which is of no interest here.
    execFile(process.execPath, [main, ...args], { env: { ...env, ...own } }, (_error, out, err) => resolve(out + err));
  });
}

describe('an alert whose name, labels and annotations are an attack', () => {
  it('draws nothing in the Web UI', async () => {
    const handle = product.temporal.workflow.getHandle(fault.id);
    const { currentDetails = '' } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    const summary = (await handle.describe().then((run) => run.staticSummary())) ?? '';
    for (const shown of [currentDetails, summary]) {
      const own = shown.replace(/\\[!-/:-@[-`{-~]/g, '').replace(/`[^`\n]+`/g, 'code');
      expect(own).not.toMatch(/!\[|\]\(|<img|https:\/\//);
      expect(shown).not.toMatch(unclean);
      expect(shown).not.toContain('kirsche77');
      expect(shown).not.toMatch(/^injected/m);
    }
    expect(currentDetails).toContain('#### Approve evictPod?');
  });

  it.each([
    ['describe', ['describe', 'shop/Deployment/checkout']],
    ['describe -o json', ['describe', 'shop/Deployment/checkout', '-o', 'json']],
    ['describe -o yaml', ['describe', 'shop/Deployment/checkout', '-o', 'yaml']],
    ['list', ['list', '-o', 'wide']],
    ['guard', ['guard', '-o', 'wide']],
    ['follow', ['follow', 'shop/Deployment/checkout', '--timeout', '1s']],
  ])('draws nothing in the terminal of `mendflow %s`, and shows no secret', async (_, args) => {
    const shown = await mendflow(...args);
    expect(shown).not.toBe('');
    expect(shown).not.toMatch(unclean);
    expect(shown).not.toMatch(/^\s*injected|kirsche77/m);
  });

  it('is explained without it', async () => {
    const shown = await mendflow('explain', '--run', fault.id);
    expect(shown).toContain('Would:');
    expect(shown).not.toMatch(unclean);
    expect(shown).not.toMatch(/^\s*injected|kirsche77/m);
  });

  it('shows no secret in the api, and keeps what is matched again', async () => {
    const { body } = await ask(product.url, `/v1/remediations/${encodeURIComponent(fault.id)}`);
    expect(JSON.stringify(body)).not.toContain('kirsche77');
    expect(JSON.stringify(body)).not.toMatch(unclean);
  });

  it('tells people without it', async () => {
    await until('a person is asked', async () => receiver.notifications.length > 0, 30_000);
    const sent = JSON.stringify(receiver.notifications);
    expect(sent).not.toMatch(unclean);
    expect(sent).not.toContain('kirsche77');
    expect(receiver.notifications[0]?.answer.join('\n')).toContain('mendflow approve');
  });

  it('leaves nothing of it in Events and logs', async () => {
    const events = await product.admin.call('GET', '/apis/events.k8s.io/v1/namespaces/shop/events');
    expect(JSON.stringify(events)).not.toContain('kirsche77');
    const folder = join(product.sandbox.dataFolder, 'logs');
    const logs = readdirSync(folder).filter((file) => /^(api|worker)/.test(file));
    expect(logs.length).toBeGreaterThanOrEqual(2);
    for (const file of logs) expect(readFileSync(join(folder, file), 'utf8')).not.toContain('kirsche77');
  });
});
