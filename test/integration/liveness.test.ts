// L2, L3, L4 and L6 of docs/safety.md on real servers, while the receiver refuses connections.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardConnection } from '../../activities/guard/client.ts';
import { aPermitRequest } from '../support/builders.ts';
import { type AlertUnderTest, anAlertWith, deliver, type Receipt } from '../support/product/alerts.ts';
import { evictionsOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { liveWhen, reportOf, runsOf, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { breakOnePod, createBroken, createNamespaces, createWorkload, podsOf } from '../support/product/workloads.ts';

const cluster = 'sandbox';
const hopeless = { namespace: 'hopeless', name: 'ledger' };
const closing = { namespace: 'closing', name: 'cart' };
const stormy = { namespace: 'stormy', name: 'checkout' };
const told = { escalation: [{ notify: ['oncall'] }] };
const policies = [
  // All of its pods crash, which the guard leaves to a person.
  aPolicyFor('Hopeless', { ...told, scope: { namespaces: ['hopeless'] }, guards: { cooldown: '10s' } }),
  aPolicyFor('Asked', { ...told, scope: { namespaces: ['closing'] }, mode: 'Approve' }),
  aPolicyFor('Crash', { ...told, scope: { namespaces: ['stormy'] } }),
];
/** A storm of four workloads that is over some seconds after the last of their alerts. */
const shortStorms = {
  ...{ MENDFLOW_GUARD_STORM_WORKLOADS: '3', MENDFLOW_GUARD_STORM_WITHIN: '2s', MENDFLOW_GUARD_STORM_CALM: '2s' },
  ...{ MENDFLOW_GUARD_STORM_PACE: '1s', MENDFLOW_GUARD_SWEEP_PER_SECOND: '10' },
};

let product: Product;
let receiver: SignedReceiver;
let escalated: AlertUnderTest;
let asked: AlertUnderTest;
let crashing: AlertUnderTest;

beforeAll(async () => {
  receiver = await openReceiver('oncall');
  product = await startProduct({ policies, receivers: [receiver], env: shortStorms });
  const { admin, sandbox } = product;
  await createNamespaces(admin, [hopeless.namespace, closing.namespace, stormy.namespace]);
  const [, , pod] = await Promise.all([
    createWorkload(admin, hopeless, { isHopeless: true }),
    createWorkload(admin, closing, { kind: 'StatefulSet' }),
    createBroken(sandbox, admin, stormy),
  ]);
  crashing = anAlertWith({ alertname: 'Crash', namespace: stormy.namespace, pod });
  const [first] = await podsOf(admin, hopeless);
  escalated = anAlertWith({ alertname: 'Hopeless', namespace: hopeless.namespace, pod: first?.metadata.name ?? '' });
  asked = anAlertWith({
    ...{ alertname: 'Asked', namespace: closing.namespace },
    pod: await breakOnePod(sandbox, admin, closing),
  });
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await receiver?.close();
}, 60_000);

const now = () => new Date().toISOString();
const changed = ({ item, id }: AlertUnderTest, given: object): AlertUnderTest => ({ item: { ...item, ...given }, id });
const firingAgain = (alert: AlertUnderTest) => changed(alert, { startsAt: now() });
const resolved = (alert: AlertUnderTest) => changed(alert, { status: 'resolved', endsAt: now() });
const take = async (...alerts: AlertUnderTest[]): Promise<Receipt> => {
  const receipt = await deliver(product.url, alerts);
  expect(receipt).toMatchObject({ status: 202 });
  return receipt;
};
/** What the receiver was told of a run or of the guard, in order. */
const toldOf = (workflowId: string) => receiver.notifications.filter((one) => one.workflowId === workflowId);
const guard = () => guardConnection(product.temporal);

describe('an escalation', () => {
  it('tells those who know of it that its alert was resolved and fires again', async () => {
    await take(escalated);
    await until('somebody is told', async () => toldOf(escalated.id).length === 1);
    await take(resolved(escalated));
    await liveWhen(product.url, escalated.id, ({ timeline }) => timeline.some(({ what }) => /is resolved/.test(what)));
    escalated = firingAgain(escalated);
    expect(await take(escalated)).toMatchObject({ body: { accepted: 0, duplicates: 1 } });
    await until('they are told again', async () => toldOf(escalated.id).length === 2);
    const [first, second] = toldOf(escalated.id);
    expect(second).toMatchObject({ kind: 'escalation', dedupKey: first?.dedupKey });
    expect(second?.summary).toContain('the alert was resolved and fires again');
  }, 60_000);

  it('ends when its workload was deleted, and says so', async () => {
    const { namespace, name } = hopeless;
    await product.admin.call('DELETE', `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
    await until('its pods are gone', async () => (await podsOf(product.admin, hopeless)).length === 0);
    await take(resolved(escalated));
    expect(await reportOf(product.temporal, escalated.id)).toMatchObject({
      ...{ outcome: 'notActionable', reason: 'targetGone' },
    });
    expect(toldOf(escalated.id).map(({ kind }) => kind)).toEqual(['escalation', 'escalation', 'closed']);
  }, 60_000);
});

describe('while the receiver refuses connections', () => {
  beforeAll(() => receiver.goAway());

  it('an alert that fires again while its run closes has a run of its own, which ends with a proof', async () => {
    await take(asked);
    const { question } = await liveWhen(product.url, asked.id, (live) => live.question !== undefined);
    expect(await tell(product.url, asked.id, 'approve', { digest: question?.digest })).toMatchObject({ status: 200 });
    await liveWhen(product.url, asked.id, ({ summary }) => summary.includes('healthy in'));
    // The run has its result and still waits for its messages: it takes the alert and has nothing left to do with it.
    expect(await take(firingAgain(asked))).toMatchObject({ body: { accepted: 0, duplicates: 1 } });
    expect(await tell(product.url, asked.id, 'retry', {})).toMatchObject({ status: 409, body: { code: 'TOO_LATE' } });
    await until('the next run of the alert has ended', async () => {
      const { status, raw } = await product.temporal.workflow.getHandle(asked.id).describe();
      const isFirst = raw.workflowExecutionInfo?.firstRunId === raw.workflowExecutionInfo?.execution?.runId;
      return status.name === 'COMPLETED' && !isFirst;
    });
    expect(await reportOf(product.temporal, asked.id)).toMatchObject({
      ...{ outcome: 'recovered', reason: 'workloadHealthy' },
      target: { workload: { kind: 'StatefulSet', name: closing.name } },
    });
    expect(await runsOf(product.temporal, asked.id)).toBe(2);
    expect(evictionsOf(product.auditLog, closing.name)).toHaveLength(1);
  }, 60_000);

  it('a storm comes and goes, and what it refused is healed, while its messages are still owed', async () => {
    const others = ['a', 'b', 'c', 'd'].map((name) =>
      anAlertWith({ alertname: 'Crash', namespace: stormy.namespace, pod: `${name}-5d4f8b7c9d-bcdfg` }),
    );
    await take(...others, crashing);
    expect(await reportOf(product.temporal, crashing.id)).toMatchObject({ outcome: 'denied', reason: 'storm' });
    // Each question lets the guard look at the time.
    const aQuestion = aPermitRequest({ isRehearsal: true });
    await until('the storm is over', async () => {
      await guard().decide(cluster, [aQuestion]);
      return (await guard().state(cluster)).storm === undefined;
    });
    await until('the run is looked at again', async () => evictionsOf(product.auditLog, stormy.name).length > 0);
    expect(await reportOf(product.temporal, crashing.id)).toMatchObject({ outcome: 'remediated' });
    const { notices } = await guard().state(cluster);
    expect(notices.map(({ kind }) => kind)).toEqual(['storm', 'closed']);
  }, 60_000);

  it('nothing is lost: when it is back it is told everything, in order', async () => {
    expect(receiver.notifications.filter(({ workflowId }) => workflowId !== escalated.id)).toEqual([]);
    await receiver.comeBack();
    const kindsOf = (id: string) => toldOf(id).map(({ kind }) => kind);
    await until('the page of the run and its end', async () => kindsOf(asked.id).length === 2, 60_000);
    await until('the storm and its end', async () => kindsOf(`guard/${cluster}`).length === 2, 60_000);
    expect(kindsOf(asked.id)).toEqual(['approvalNeeded', 'closed']);
    expect(kindsOf(`guard/${cluster}`)).toEqual(['storm', 'closed']);
    expect((await guard().state(cluster)).notices).toEqual([]);
  }, 120_000);
});
