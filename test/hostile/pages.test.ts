import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signals } from '../../domain/run/contract.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { containersSay } from '../support/product/container-log.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { liveWhen, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces, createWorkload, podsOf } from '../support/product/workloads.ts';

let product: Product;
let receiver: SignedReceiver;
/** Listens where no receiver may lead. */
let bystander: SignedReceiver;

/** Addresses that are not on the public internet, by the receiver that has them. */
const inside = {
  loopback: '127.0.0.1',
  mapped: '[::ffff:127.0.0.1]',
  nat64: '[64:ff9b::7f00:1]',
  tunnel: '[2002:7f00:1::]',
  'site-local': '[fec0::1]',
  metadata: '169.254.169.254',
  'metadata-by-nat64': '[64:ff9b::a9fe:a9fe]',
  benchmark: '198.18.0.1',
  multicast: '239.1.1.1',
  private: '10.0.0.1',
  name: 'localhost',
};

const notPermitted = (name: string, url: string): Pick<SignedReceiver, 'declaration'> => ({
  declaration: { ...receiver.declaration, name, url, allowPrivateNetwork: false },
});

beforeAll(async () => {
  receiver = await openReceiver('oncall');
  const hopeless = aPolicyFor('CrashPage', {
    guards: { cooldown: '10s', minReady: 0, maxUnhealthy: '100%' },
    steps: [{ evictPod: {}, within: '10s' }],
    escalation: [{ notify: ['oncall'] }],
  });
  bystander = await openReceiver('inside');
  const port = new URL(bystander.declaration.url).port;
  const told = aPolicyFor('CrashTold', { steps: [], escalation: [{ notify: [...Object.keys(inside), 'oncall'] }] });
  product = await startProduct({
    policies: [hopeless, told],
    receivers: [
      receiver,
      ...Object.entries(inside).map(([name, host]) => notPermitted(name, `http://${host}:${port}/`)),
    ],
  });
  await createNamespaces(product.admin, ['shop']);
}, 180_000);
afterAll(async () => {
  await product?.stop();
  await receiver?.close();
  await bystander?.close();
}, 60_000);

describe('a page whose evidence is control bytes', () => {
  it('reaches its receiver, readable and not too large', async () => {
    containersSay(
      product.sandbox,
      Array.from({ length: 64 }, () => '\u0001\u001b[31m\u202e'.repeat(60)),
    );
    await createWorkload(product.admin, { namespace: 'shop', name: 'checkout' }, { isHopeless: true, replicas: 1 });
    const [pod] = await podsOf(product.admin, { namespace: 'shop', name: 'checkout' });
    const fault = anAlertWith({ alertname: 'CrashPage', namespace: 'shop', pod: pod?.metadata.name ?? '' });
    await deliver(product.url, [fault]);
    await until(
      'somebody is told',
      async () => receiver.notifications.some(({ kind }) => kind === 'escalation'),
      60_000,
    );
    const page = receiver.notifications.find(({ kind }) => kind === 'escalation');
    expect(page?.workflowId).toBe(fault.id);
    expect(page?.answer.join('\n')).toContain(`mendflow acknowledge ${fault.id}`);
    expect(JSON.stringify(page)).not.toMatch(/\\u00|\u202e/);
  }, 120_000);

  it('is told how it ended after 300 lines of timeline as well', async () => {
    const [page] = receiver.notifications;
    const id = page?.workflowId ?? '';
    const handle = product.temporal.workflow.getHandle(id);
    await liveWhen(product.url, id, ({ phase }) => phase === 'Escalated');
    for (let index = 0; index < 300; index += 1) await handle.signal(signals.resolved, { note: '\u0001'.repeat(100) });
    expect(await tell(product.url, id, 'abort', { note: 'enough\u001b[2J' })).toMatchObject({ status: 200 });
    const isClosed = async () => receiver.notifications.some(({ kind }) => kind === 'closed');
    await until('the end is told', isClosed, 60_000);
    expect(receiver.refused).toBe(0);
  }, 120_000);
});

describe('a page to receivers whose addresses are not on the public internet', () => {
  it('goes to none of them, and the run says so', async () => {
    const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name: 'cart' });
    const fault = anAlertWith({ alertname: 'CrashTold', namespace: 'shop', pod });
    await deliver(product.url, [fault]);
    const literals = Object.keys(inside).filter((name) => name !== 'name');
    const { undelivered = [] } = await liveWhen(
      product.url,
      fault.id,
      (live) => live.undelivered?.length === literals.length,
    );
    expect(undelivered.map(({ receiver: name }) => name).sort()).toEqual(literals.sort());
    for (const { why } of undelivered) expect(why).toContain('set allowPrivateNetwork to permit it');
    // A name is looked up, and may lead elsewhere the next time, so it is tried again.
    const handle = product.temporal.workflow.getHandle(fault.id);
    await until('the name was refused', async () =>
      ((await handle.describe()).raw.pendingActivities ?? []).some(({ lastFailure }) =>
        lastFailure?.message?.includes('resolves to an address in a private network'),
      ),
    );
    await until('whoever is permitted is told', async () =>
      receiver.notifications.some(({ workflowId }) => workflowId === fault.id),
    );
    expect(bystander).toMatchObject({ notifications: [], refused: 0 });
  }, 90_000);
});
