import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RemediateInput } from '../../activities/contract.ts';
import {
  clusterTaskQueue,
  guardDecide,
  guardSignals,
  guardWorkflowId,
  hubTaskQueue,
} from '../../domain/run/contract.ts';
import { aPermitRequest } from '../support/builders.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { type Attacker, openAttacker } from '../support/product/attacker.ts';
import { writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { ask, endOf } from '../support/product/runs.ts';
import { breakOnePod, createNamespaces, createWorkload, type PodObject, podsOf } from '../support/product/workloads.ts';

const cluster = 'sandbox';
const place = { namespace: 'shop', name: 'checkout' };

let product: Product;
let attacker: Attacker;
let pod: PodObject;

beforeAll(async () => {
  product = await startProduct({ policies: [aPolicyFor('Crash')] });
  await createNamespaces(product.admin, ['shop']);
  await createWorkload(product.admin, place);
  pod = (await podsOf(product.admin, place))[0] as PodObject;
  attacker = await openAttacker(product.temporal, product.sandbox.temporal.address);
}, 180_000);

afterAll(async () => {
  await attacker?.close();
  await product?.stop();
}, 60_000);

/** Everything that an act wants, made up. */
async function forgedInput(action: string, params: Record<string, unknown> = {}) {
  const { uid, name } = pod.metadata;
  const path = `/apis/apps/v1/namespaces/shop/deployments/checkout`;
  const { metadata } = await product.admin.call<PodObject>('GET', path);
  const facts = { ownerKind: 'Deployment', isMirrorPod: false, isOptedOut: false, isOurs: false };
  const workload = { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: metadata.uid };
  return {
    target: {
      ...{ cluster, namespace: 'shop', workload, pod: { kind: 'Pod', namespace: 'shop', name, uid } },
      facts: { ...facts, otherReadyPods: 2, desiredPods: 3 },
    },
    ...{ policy: 'crash', checks: [], allowedManagers: [], dryRun: false, token: 'forged.0.0' },
    ...{ grantedAtMs: Date.now(), notAfterMs: Date.now() + 60_000 },
    step: {
      ...{ action, params, withinMs: 30_000, approval: 'None', risk: 'low', takesPodAway: true },
      ...(action === 'runJob' && { takesLong: true }),
    },
    alert: {
      ...{ alertname: 'Crash', cluster, fingerprint: 'f0', startsAt: new Date().toISOString() },
      labels: { alertname: 'Crash', namespace: 'shop', pod: name },
    },
  };
}

const onCluster = (activity: string, input: unknown) =>
  attacker.call({ taskQueue: clusterTaskQueue(cluster), activity, input });
const onHub = (activity: string, input: unknown) => attacker.call({ taskQueue: hubTaskQueue, activity, input });

describe('somebody who can write to Temporal and holds no key', () => {
  it('cannot delete a pod', async () => {
    const input = await forgedInput('deletePod');
    expect(await onCluster('remediate', input)).toMatchObject({ refused: 'TICKET_INVALID' });
    expect(writesOf(product.auditLog)).toEqual([]);
  }, 30_000);

  it('cannot run a container in kube-system', async () => {
    const input = await forgedInput('runJob', { image: 'registry.example/evil:1', namespace: 'kube-system' });
    expect(await onCluster('remediate', input)).toMatchObject({ refused: 'TICKET_INVALID' });
    expect(writesOf(product.auditLog)).toEqual([]);
  }, 30_000);

  it('cannot take a step back', async () => {
    expect(await onCluster('undo', await forgedInput('scale'))).toMatchObject({ refused: 'TICKET_INVALID' });
  }, 30_000);

  it('cannot have a worker of ours sign a ticket, or verify or decide for it', async () => {
    const { target, policy, step, token, alert } = await forgedInput('evictPod');
    const request = {
      ...{ requestId: 'r', workflowId: 'w', runId: 'r' },
      ...{ target, policy, step, leaseMs: 60_000 },
    };
    const foreign = { refused: 'FOREIGN_CALLER' };
    expect(await onHub('askGuard', { cluster, request, act: { token, alert } })).toMatchObject(foreign);
    expect(await onHub('decidePermits', { requests: [request] })).toMatchObject(foreign);
    expect(await onHub('verifyApproval', { workflowId: 'w', message: {} })).toMatchObject(foreign);
    expect(await onHub('verifyGuardOrder', { cluster, kind: 'resume', order: {} })).toMatchObject(foreign);
    expect(await onHub('releasePermit', { cluster, release: { requestId: 'r' } })).toMatchObject(foreign);
  }, 60_000);

  it('gets no ticket from the guard, whatever it asks', async () => {
    const { target, step } = await forgedInput('evictPod');
    const request = aPermitRequest({ target: target as never, step: step as never, allowedNamespaces: ['shop'] });
    const guard = product.temporal.workflow.getHandle(guardWorkflowId(cluster));
    const answers = await guard.executeUpdate<object[], [object[]]>(guardDecide, { args: [[request]] });
    expect(answers).toMatchObject([{ requestId: request.requestId }]);
    expect(JSON.stringify(answers)).not.toContain('ticket');
    await guard.signal(guardSignals.releasePermit, { requestId: request.requestId, outcome: 'returned' });
  }, 30_000);

  it('cannot resume, but can pause', async () => {
    const guard = product.temporal.workflow.getHandle(guardWorkflowId(cluster));
    await guard.signal(guardSignals.pause, { id: 'p', who: 'mallory', why: 'x', sinceMs: Date.now() });
    const at = new Date().toISOString();
    await guard.signal(guardSignals.resume, { id: 'p', who: 'ada', why: 'x', at, signature: 'tests:0' });
    await guard.signal(guardSignals.resume, { id: 'p', who: 'ada' });
    const { body } = await ask(product.url, '/v1/guard');
    expect(body).toMatchObject({ isPaused: true, pauses: [{ id: 'p' }] });
    expect(await ask(product.url, '/v1/guard/resume', {})).toMatchObject({ status: 200, body: { isPaused: false } });
  }, 30_000);

  it('cannot reset a workload', async () => {
    const guard = product.temporal.workflow.getHandle(guardWorkflowId(cluster));
    const order = { id: 'r', workload: 'shop/Deployment/checkout', who: 'ada', why: 'x', at: new Date().toISOString() };
    await guard.signal(guardSignals.resetWorkload, { ...order, signature: 'tests:0' });
    await guard.signal(guardSignals.resetWorkload, order);
    // The guard hears signals in their order: after the pause it has heard both.
    await guard.signal(guardSignals.pause, { id: 'after', who: 'mallory', why: 'x', sinceMs: Date.now() });
    const { body } = await ask(product.url, '/v1/guard');
    expect(body).toMatchObject({ resets: [], pauses: [{ id: 'after' }] });
    expect(await ask(product.url, '/v1/guard/resume', {})).toMatchObject({ status: 200, body: { isPaused: false } });
  }, 30_000);

  it('cannot use the ticket of a run again, nor turn it against another pod', async () => {
    const name = await breakOnePod(product.sandbox, product.admin, place);
    const alert = anAlertWith({ alertname: 'Crash', namespace: 'shop', pod: name });
    expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
    expect(await endOf(product.temporal, alert.id)).toBe('remediated');
    const before = writesOf(product.auditLog).length;
    const stolen = await inputOfAct(alert.id);
    expect(stolen.ticket).toMatchObject({ token: stolen.token, action: 'evictPod', cluster });
    expect(await onCluster('remediate', stolen)).toMatchObject({ refused: 'TICKET_INVALID' });
    const { target } = await forgedInput('evictPod');
    expect(await onCluster('remediate', { ...stolen, target })).toMatchObject({ refused: 'TICKET_INVALID' });
    expect(writesOf(product.auditLog)).toHaveLength(before);
  }, 90_000);
});

/** What a run handed to `remediate`, as its history tells everybody who can read Temporal. */
async function inputOfAct(workflowId: string): Promise<RemediateInput> {
  const { events = [] } = await product.temporal.workflow.getHandle(workflowId).fetchHistory();
  const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes);
  const act = scheduled.find((attributes) => attributes?.activityType?.name === 'remediate');
  return JSON.parse(Buffer.from(act?.input?.payloads?.[0]?.data ?? []).toString()) as RemediateInput;
}
