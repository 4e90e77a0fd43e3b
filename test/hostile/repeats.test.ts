import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { liveWhen, reportOf, tell } from '../support/product/runs.ts';
import { createBroken, createNamespaces } from '../support/product/workloads.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ policies: [aPolicyFor('Crash', { mode: 'Approve' })] });
  await createNamespaces(product.admin, ['shop']);
}, 180_000);
afterAll(() => product?.stop(), 60_000);

async function sizeOf(id: string): Promise<{ events: number; bytes: number; status: string }> {
  const { historyLength, historySize = 0, status } = await product.temporal.workflow.getHandle(id).describe();
  return { events: historyLength, bytes: historySize, status: status.name };
}

describe('a flood of repeats of one alert', () => {
  it('neither ends its run nor makes its history long', async () => {
    const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name: 'checkout' });
    const fault = anAlertWith({ alertname: 'Crash', namespace: 'shop', pod });
    expect(await deliver(product.url, [fault])).toMatchObject({ status: 202 });
    await liveWhen(product.url, fault.id, ({ phase }) => phase === 'AwaitingApproval');
    const before = await sizeOf(fault.id);
    // About 3 MB: 20 deliveries of 20 repeats, each with a beginning and 7 kB of annotations of its own, firing and
    // resolved in turn.
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_delivery, minute) => {
        const repeats = Array.from({ length: 20 }, (_, index) => ({
          ...fault,
          item: {
            ...fault.item,
            status: index % 2 === 0 ? 'firing' : 'resolved',
            annotations: { summary: 'x'.repeat(7_000) },
            startsAt: new Date(Date.UTC(2026, 2, 1, 9, minute, index)).toISOString(),
          },
        }));
        return (await deliver(product.url, repeats)).status;
      }),
    );
    const after = await sizeOf(fault.id);
    // What Temporal does not hold is answered 503, never 4xx: its sender comes again.
    expect(new Set(statuses.filter((status) => status !== 503))).toEqual(new Set([202]));
    expect(after.status).toBe('RUNNING');
    const history = await product.temporal.workflow.getHandle(fault.id).fetchHistory();
    const heard = (history.events ?? []).filter(
      ({ workflowExecutionSignaledEventAttributes: signal }) => signal != null,
    );
    // Six at once, and two at the end of each window of five seconds.
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.length).toBeLessThanOrEqual(16);
    expect(after.events - before.events).toBeLessThan(100);
    expect(after.bytes - before.bytes).toBeLessThan(40_000);
    const { timeline } = await liveWhen(product.url, fault.id, ({ phase }) => phase === 'AwaitingApproval');
    expect(timeline.length).toBeLessThan(100);
    expect(await tell(product.url, fault.id, 'abort', { note: 'enough' })).toMatchObject({ status: 200 });
    expect(await reportOf(product.temporal, fault.id)).toMatchObject({ outcome: 'aborted' });
  }, 60_000);
});
