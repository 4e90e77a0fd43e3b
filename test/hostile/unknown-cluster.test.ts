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

async function knownClusters(): Promise<string[]> {
  const guard = product.temporal.workflow.getHandle(guardWorkflowId('sandbox'));
  const { unknownClusters } = await guard.query<GuardState>(queries.guardState);
  return unknownClusters.map(({ cluster }) => cluster);
}

describe('alerts with a cluster label that nobody knows', () => {
  it('start no run, and one message tells of all 90 of them', async () => {
    for (let delivery = 0; delivery < 3; delivery += 1) {
      expect(await deliver(product.url, thirty('nowhere'))).toMatchObject({ body: { accepted: 0, rejectedCount: 30 } });
    }
    await until('somebody is told', async () => receiver.notifications.length > 0);
    // Another name comes after all of the first one: when it is told, no second message of the first can follow.
    await deliver(product.url, thirty('elsewhere'));
    await until('the other one is told', async () =>
      receiver.notifications.some(({ summary }) => summary.includes('elsewhere')),
    );
    expect(receiver.notifications.map(({ reason }) => reason)).toEqual(['foreignCluster', 'foreignCluster']);
    expect(receiver.notifications[0]?.summary).toContain('the unknown cluster nowhere');
    expect(await knownClusters()).toEqual(['nowhere', 'elsewhere']);
    expect(await product.temporal.workflow.count("WorkflowType = 'remediation'")).toMatchObject({ count: 0 });
  }, 60_000);
});
