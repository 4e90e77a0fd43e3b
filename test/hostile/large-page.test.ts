import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signals } from '../../domain/run/contract.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { containersSay } from '../support/product/container-log.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { liveWhen, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createNamespaces, createWorkload, podsOf } from '../support/product/workloads.ts';

let product: Product;
let receiver: SignedReceiver;
beforeAll(async () => {
  receiver = await openReceiver('oncall');
  const hopeless = aPolicyFor('CrashPage', {
    guards: { cooldown: '10s', minReady: 0, maxUnhealthy: '100%' },
    steps: [{ evictPod: {}, within: '10s' }],
    escalation: [{ notify: ['oncall'] }],
  });
  product = await startProduct({ policies: [hopeless], receivers: [receiver] });
  await createNamespaces(product.admin, ['shop']);
}, 180_000);
afterAll(async () => {
  await product?.stop();
  await receiver?.close();
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
