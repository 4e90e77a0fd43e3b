import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { evictionsOf, writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { ask, endOf, liveWhen, reportOf, runsOf, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces, createWorkload, podsOf } from '../support/product/workloads.ts';

/** One namespace for each mode, so that what was written there was written for it. */
const namespaces = ['auto', 'observe', 'dryrun', 'approve', 'hopeless'] as const;
const scope = (namespace: string) => ({ scope: { namespaces: [namespace] } });
const policies = [
  aPolicyFor('CrashAuto', scope('auto')),
  aPolicyFor('CrashObserve', { ...scope('observe'), mode: 'Observe' }),
  aPolicyFor('CrashDryRun', { ...scope('dryrun'), mode: 'DryRun' }),
  aPolicyFor('CrashApprove', { ...scope('approve'), mode: 'Approve' }),
  aPolicyFor('CrashHopeless', {
    ...scope('hopeless'),
    guards: { cooldown: '10s', minReady: 0, maxUnhealthy: '100%' },
    steps: [
      { evictPod: {}, within: '10s' },
      { rolloutRestart: {}, within: '10s' },
    ],
    escalation: [{ notify: ['oncall'] }],
  }),
];

let product: Product;
let receiver: SignedReceiver;

beforeAll(async () => {
  receiver = await openReceiver('oncall');
  product = await startProduct({ policies, receivers: [receiver] });
  await createNamespaces(product.admin, namespaces);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await receiver?.close();
}, 60_000);

/** A workload with one crashing pod in the namespace, and the alert that names it. */
async function aFault(alertname: string, namespace: string, name: string) {
  const pod = await createBroken(product.sandbox, product.admin, { namespace, name });
  return { pod, ...anAlertWith({ alertname, namespace, pod }) };
}

async function taken(alert: AlertUnderTest): Promise<void> {
  expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
}

const writesIn = (namespace: string) => writesOf(product.auditLog).filter((write) => write.namespace === namespace);

interface EventList {
  items: { reason: string; note: string; regarding: { kind: string; name: string } }[];
}

async function eventsIn(namespace: string): Promise<string[]> {
  const { items } = await product.admin.call<EventList>('GET', `/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
  return items.map(({ reason, regarding }) => `${reason} ${regarding.kind}/${regarding.name}`);
}

describe('an Auto policy', () => {
  let fault: Awaited<ReturnType<typeof aFault>>;

  beforeAll(async () => {
    fault = await aFault('CrashAuto', 'auto', 'checkout');
    await taken(fault);
  }, 60_000);

  it('evicts the pod once and proves that its workload is healthy', async () => {
    expect(await reportOf(product.temporal, fault.id)).toMatchObject({
      outcome: 'remediated',
      policy: 'crashauto',
      target: { namespace: 'auto', workload: { kind: 'Deployment', name: 'checkout' }, pod: { name: fault.pod } },
      steps: [{ action: 'evictPod', result: 'kept' }],
      segments: { actedToHealthyMs: expect.any(Number) },
      evidence: { status: expect.arrayContaining([expect.stringContaining('CrashLoopBackOff')]), missing: [] },
    });
    expect(writesIn('auto')).toEqual([
      { what: 'create pods/eviction', namespace: 'auto', name: fault.pod, isDryRun: false, code: 201 },
    ]);
    const pods = await podsOf(product.admin, { namespace: 'auto', name: 'checkout' });
    expect(pods.map(({ metadata }) => metadata.name)).not.toContain(fault.pod);
  });

  it('costs at most 60 events of history', async () => {
    const { events } = await product.temporal.workflow.getHandle(fault.id).fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(60);
  });

  it('is found by its search attributes', async () => {
    const query = 'outcome=remediated&namespace=auto&workload=Deployment%2Fcheckout&policy=crashauto&phase=Closed';
    const isListed = async () => {
      const { body } = await ask(product.url, `/v1/remediations?${query}`);
      return (body.runs as { id: string }[]).some(({ id }) => id === fault.id);
    };
    await until('the list has the run', isListed);
    expect(await isListed()).toBe(true);
  });

  it('tells its story in the current details of the Web UI', async () => {
    const handle = product.temporal.workflow.getHandle(fault.id);
    const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('**Phase** Closed');
    expect(metadata.currentDetails).toContain('the guard grants evictPod');
  });

  it('leaves Events on the pod and its workload', async () => {
    expect(await eventsIn('auto')).toEqual(
      expect.arrayContaining(
        ['RemediationStarted', 'RemediationSucceeded'].flatMap((reason) => [
          `${reason} Pod/${fault.pod}`,
          `${reason} Deployment/checkout`,
        ]),
      ),
    );
  });

  it('does not act again when the alert fires anew, because its pod is gone', async () => {
    const startsAt = new Date().toISOString();
    await taken({ ...fault, item: { ...fault.item, startsAt } });
    expect(await reportOf(product.temporal, fault.id)).toMatchObject({
      outcome: 'notActionable',
      reason: 'targetGone',
    });
    expect(evictionsOf(product.auditLog, 'checkout')).toHaveLength(1);
  });
});

it('a body that comes five times at once leads to one run and one eviction', async () => {
  const fault = await aFault('CrashAuto', 'auto', 'payments');
  const answers = await Promise.all(Array.from({ length: 5 }, () => deliver(product.url, [fault])));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect(await endOf(product.temporal, fault.id)).toBe('remediated');
  expect(await runsOf(product.temporal, fault.id)).toBe(1);
  expect(evictionsOf(product.auditLog, 'payments')).toHaveLength(1);
}, 60_000);

it('an Observe policy writes down what it would do, and changes nothing', async () => {
  const fault = await aFault('CrashObserve', 'observe', 'cart');
  await taken(fault);
  expect(await reportOf(product.temporal, fault.id)).toMatchObject({
    outcome: 'notActionable',
    reason: 'observeOnly',
    summary: expect.stringContaining('would have taken evictPod'),
    steps: [],
  });
  expect(writesIn('observe')).toEqual([]);
  expect(await eventsIn('observe')).toContain('RemediationSkipped Deployment/cart');
}, 60_000);

it('a DryRun policy asks the API server with dryRun=All only', async () => {
  const fault = await aFault('CrashDryRun', 'dryrun', 'cart');
  await taken(fault);
  expect(await reportOf(product.temporal, fault.id)).toMatchObject({
    outcome: 'notActionable',
    reason: 'dryRunOnly',
    steps: [{ action: 'evictPod', result: 'dryRun' }],
  });
  expect(writesIn('dryrun')).toEqual([
    { what: 'create pods/eviction', namespace: 'dryrun', name: fault.pod, isDryRun: true, code: 201 },
  ]);
  const pods = await podsOf(product.admin, { namespace: 'dryrun', name: 'cart' });
  expect(pods.map(({ metadata }) => metadata.name)).toContain(fault.pod);
}, 60_000);

describe('an Approve policy', () => {
  it('acts after a person said yes to exactly this step, and not before', async () => {
    const fault = await aFault('CrashApprove', 'approve', 'cart');
    await taken(fault);
    const { question } = await liveWhen(product.url, fault.id, (live) => live.question !== undefined);
    expect(question).toMatchObject({ action: 'evictPod', digest: expect.any(String) });
    expect(await tell(product.url, fault.id, 'approve', { digest: 'of-another-question' })).toMatchObject({
      status: 409,
      body: { code: 'TOO_LATE' },
    });
    // Whether it could be done was tried before the question.
    const evictions = () => writesIn('approve').filter(({ isDryRun }) => !isDryRun);
    expect(evictions()).toEqual([]);
    const yes = await tell(product.url, fault.id, 'approve', { digest: question?.digest, note: 'go' });
    expect(yes).toMatchObject({ status: 200, body: { who: 'ada' } });
    const report = await reportOf(product.temporal, fault.id);
    expect(report).toMatchObject({ outcome: 'remediated', segments: { awaitingApprovalMs: expect.any(Number) } });
    expect(report.timeline.map(({ what }) => what)).toContain('approve by ada: go');
    expect(evictionsOf(product.auditLog, 'cart')).toHaveLength(1);
  }, 60_000);
});

describe('a pod that never heals', () => {
  let fault: AlertUnderTest;

  beforeAll(async () => {
    const place = { namespace: 'hopeless', name: 'ledger' };
    await createWorkload(product.admin, place, { isHopeless: true });
    const pod = (await podsOf(product.admin, place))[0]?.metadata.name ?? '';
    fault = anAlertWith({ alertname: 'CrashHopeless', namespace: 'hopeless', pod });
    await taken(fault);
    await liveWhen(product.url, fault.id, (live) => live.phase === 'Escalated');
  }, 120_000);

  it('climbs the ladder, each step once', async () => {
    const { steps } = await liveWhen(product.url, fault.id, () => true);
    expect(steps.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'evictPod unhealthy',
      'rolloutRestart unhealthy',
    ]);
    expect(writesIn('hopeless').map(({ what }) => what)).toEqual(['create pods/eviction', 'patch deployments']);
  });

  it('ends with a person being asked, with a signed message that says how to answer', async () => {
    // Other runs of this file have told it their questions.
    const own = () => receiver.notifications.find(({ workflowId }) => workflowId === fault.id);
    await until('the receiver was told', async () => own() !== undefined);
    const { workflowId, kind, reason, answer } = own() ?? {};
    expect({ workflowId, kind, reason }).toEqual({
      workflowId: fault.id,
      kind: 'escalation',
      reason: 'ladderExhausted',
    });
    expect(answer).toContain(`mendflow acknowledge ${fault.id}`);
    expect(receiver.refused).toBe(0);
  });

  it('is acknowledged once, and ended by the person through the api', async () => {
    expect(await tell(product.url, fault.id, 'acknowledge', { note: 'on it' })).toMatchObject({ status: 200 });
    expect(await tell(product.url, fault.id, 'acknowledge', {})).toMatchObject({ status: 409 });
    expect(await liveWhen(product.url, fault.id, () => true)).toMatchObject({ acknowledgedBy: 'ada' });
    expect(await tell(product.url, fault.id, 'abort', { note: 'rolled back' })).toMatchObject({ status: 200 });
    expect(await reportOf(product.temporal, fault.id)).toMatchObject({ outcome: 'escalated', reason: 'aborted' });
    expect(await tell(product.url, fault.id, 'retry', {})).toMatchObject({ status: 409, body: { code: 'TOO_LATE' } });
    const kinds = receiver.notifications.filter(({ workflowId }) => workflowId === fault.id).map(({ kind }) => kind);
    expect(kinds).toEqual(['escalation', 'closed']);
  });
});
