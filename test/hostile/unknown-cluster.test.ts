import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GuardState } from '../../domain/guard/state.ts';
import { guardWorkflowId, queries } from '../../domain/run/contract.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { until } from '../support/product/until.ts';
import { startWithoutCluster, type WithoutCluster } from '../support/product/without-cluster.ts';

let product: WithoutCluster;
let receiver: SignedReceiver;
beforeAll(async () => {
  receiver = await openReceiver('oncall');
  product = await startWithoutCluster([receiver]);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  await receiver?.close();
}, 60_000);

/** A delivery of 30 alerts, each of a workload of its own, in that cluster. */
const thirty = (cluster: string) =>
  Array.from({ length: 30 }, (_, index) =>
    anAlertWith({ alertname: 'Crash', cluster, namespace: 'shop', pod: `checkout-${index}` }),
  );

const guardState = () =>
  product.temporal.workflow.getHandle(guardWorkflowId('sandbox')).query<GuardState>(queries.guardState);

describe('alerts with a cluster label that nobody knows', () => {
  it('start no run, and one message tells of all of them and of thirty further names', async () => {
    for (let delivery = 0; delivery < 3; delivery += 1) {
      expect(await deliver(product.url, thirty('nowhere'))).toMatchObject({ body: { accepted: 0, rejectedCount: 30 } });
    }
    await until('somebody is told', async () => receiver.notifications.length > 0);
    // Thirty further names of the sender in one delivery: when the guard knows of them, no second message can follow.
    await deliver(
      product.url,
      Array.from({ length: 30 }, (_, index) => anAlertWith({ alertname: 'Crash', cluster: `made-up-${index}` })),
    );
    await until('the guard knows of the other names and owes no message', async () => {
      const { unknownClusters, notices } = await guardState();
      return unknownClusters.length === 21 && notices.length === 0;
    });
    expect(receiver.notifications.map(({ reason }) => reason)).toEqual(['foreignCluster']);
    expect(receiver.notifications[0]?.summary).toContain('the unknown cluster nowhere');
    expect((await guardState()).unknownClusters[0]).toMatchObject({ cluster: 'nowhere', alerts: 30 });
    expect(await product.temporal.workflow.count("WorkflowType = 'remediation'")).toMatchObject({ count: 0 });
  }, 60_000);
});
