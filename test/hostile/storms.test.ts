import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GuardState } from '../../domain/guard/state.ts';
import { guardWorkflowId, queries } from '../../domain/run/contract.ts';
import { asAlertmanager, aWebhook } from '../support/api.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { endOf, liveWhen, reportOf, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces, createWorkload, podsOf } from '../support/product/workloads.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    policies: [aPolicyFor('Crash', { scope: { namespaces: ['shop', 'storm'] } })],
    env: { MENDFLOW_GUARD_STORM_WORKLOADS: '20' },
  });
  await createNamespaces(product.admin, ['shop', 'storm']);
}, 180_000);
afterAll(() => product?.stop(), 60_000);

const actsIn = (namespace: string) => writesOf(product.auditLog).filter((write) => write.namespace === namespace);

const guardState = () =>
  product.temporal.workflow.getHandle(guardWorkflowId('sandbox')).query<GuardState>(queries.guardState);

async function aCrash(namespace: string, name: string): Promise<AlertUnderTest> {
  const pod = await createBroken(product.sandbox, product.admin, { namespace, name });
  return anAlertWith({ alertname: 'Crash', namespace, pod });
}

describe('a sender that says it left an alert out', () => {
  const deliverTruncated = ({ item }: AlertUnderTest) =>
    fetch(`${product.url}/v1/alerts`, {
      ...{ method: 'POST', headers: { ...asAlertmanager, 'content-type': 'application/json' } },
      body: JSON.stringify(aWebhook([item], { truncatedAlerts: 1 })),
    });

  it('opens no storm: one act goes through, the next waits two minutes at most, and the sender is named', async () => {
    const [first, second] = await Promise.all([aCrash('shop', 'checkout'), aCrash('shop', 'cart')]);
    expect((await deliverTruncated(first)).status).toBe(202);
    expect(await endOf(product.temporal, first.id)).toBe('remediated');
    expect((await deliverTruncated(second)).status).toBe(202);
    const { verdicts, nextTimerAt = '' } = await liveWhen(
      product.url,
      second.id,
      ({ verdicts: given, nextTimerAt: at }) => given.length > 0 && at !== undefined,
    );
    expect(verdicts).toMatchObject([{ verdict: 'hold', reason: 'stormPaced' }]);
    expect(verdicts[0]?.detail).toBe('the sender alertmanager leaves alerts out of its deliveries; one act in 2m');
    expect(Date.parse(nextTimerAt) - Date.now()).toBeLessThanOrEqual(120_000);
    const { storm, truncations } = await guardState();
    expect(storm).toBeUndefined();
    expect(truncations).toMatchObject([{ sender: 'alertmanager' }]);
    expect(actsIn('shop')).toHaveLength(1);
    await tell(product.url, second.id, 'abort', { note: 'enough' });
    await reportOf(product.temporal, second.id);
  }, 60_000);
});

// The last one: the breaker stays open.
describe('alerts of 21 workloads, of which one is ill and has a policy that acts by itself', () => {
  it('open the storm before anything is done', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `well-${index}`);
    const well = names.map(async (name) => {
      await createWorkload(product.admin, { namespace: 'storm', name }, { replicas: 1 });
      const [pod] = await podsOf(product.admin, { namespace: 'storm', name });
      return anAlertWith({ alertname: 'Crash', namespace: 'storm', pod: pod?.metadata.name ?? '' });
    });
    const [ill, ...others] = await Promise.all([aCrash('storm', 'ill'), ...well]);
    expect(await deliver(product.url, others)).toMatchObject({ status: 202 });
    await Promise.all(others.map(({ id }) => reportOf(product.temporal, id)));
    expect((await guardState()).storm).toBeUndefined();
    const startMs = performance.now();
    expect(await deliver(product.url, [ill])).toMatchObject({ status: 202 });
    await until('the storm is open', async () => (await guardState()).storm?.kind === 'open');
    const tookMs = Math.round(performance.now() - startMs);
    process.stdout.write(`the storm opened ${tookMs} ms after the alert that was too many\n`);
    expect(tookMs).toBeLessThan(2_000);
    expect(await reportOf(product.temporal, ill.id)).toMatchObject({ outcome: 'denied', reason: 'storm', steps: [] });
    expect(actsIn('storm')).toEqual([]);
  }, 90_000);
});
