import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { injectFault } from '../../sandbox/faults.ts';
import { type AlertUnderTest, anAlertWith, deliver, deliverRecorded } from '../support/product/alerts.ts';
import { evictionsOf, writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor, asShipped } from '../support/product/policies.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { ask, endOf, liveWhen, reportOf, runsOf, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import {
  aContainer,
  createBroken,
  createNamespaces,
  createWorkload,
  type PodObject,
  podsOf,
} from '../support/product/workloads.ts';

/** One namespace for each mode, so that what was written there was written for it. */
const namespaces = ['auto', 'observe', 'dryrun', 'approve', 'hopeless', 'closed', 'shop'] as const;
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
  aPolicyFor('CrashClosed', { ...scope('closed'), escalation: [{ notify: ['oncall'] }] }),
  asShipped('KubeJobFailed', 'job-failed', { steps: [{ recreateJob: { deleteFailed: false }, within: '60s' }] }),
  asShipped('KubeNodeNotReady', 'node-not-ready'),
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

it('a pod is not taken while the cluster admits no other one, and the page has the API server’s words', async () => {
  const fault = await aFault('CrashClosed', 'closed', 'cart');
  const content = { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } };
  await product.admin.call('PATCH', '/api/v1/namespaces/closed', { type: 'application/merge-patch+json', content });
  await taken(fault);
  const page = () => receiver.notifications.find(({ workflowId }) => workflowId === fault.id);
  await until('a person is paged', async () => page() !== undefined);
  expect(JSON.stringify(page())).toContain('violates PodSecurity');
  expect(page()).toMatchObject({ kind: 'escalation' });
  expect(writesIn('closed')).toEqual([]);
}, 60_000);

describe('a webhook of kube-prometheus-stack, as it is delivered, leads to the act', () => {
  it('of KubeJobFailed, on the Job that failed', async () => {
    const metadata = { name: 'nightly-import-28934110', namespace: 'shop' };
    const annotations = { 'sandbox.mendflow.dev/job-that-fails': metadata.name };
    const spec = { restartPolicy: 'Never', containers: [aContainer] };
    const job = { backoffLimit: 0, template: { metadata: { annotations }, spec } };
    await product.admin.apply([{ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job }]);
    await until('the Job fails', async () => {
      const { status } = await product.admin.call<{ status: { failed?: number; conditions?: { type: string }[] } }>(
        'GET',
        `/apis/batch/v1/namespaces/shop/jobs/${metadata.name}`,
      );
      return status.conditions?.some(({ type }) => type === 'Failed') === true;
    });
    const id = await deliverRecorded(product.url, 'KubeJobFailed');
    expect(await reportOf(product.temporal, id)).toMatchObject({
      outcome: 'remediated',
      steps: [{ action: 'recreateJob', result: 'kept' }],
    });
    expect(writesIn('shop').map(({ what }) => what)).toEqual(['patch jobs', 'create jobs']);
  }, 60_000);

  it('of KubeNodeNotReady, on the node that does not answer', async () => {
    const labels = { 'kubernetes.io/hostname': 'worker-3', 'mendflow.dev/remediation': 'enabled' };
    const spec = { taints: [{ key: 'test', effect: 'NoSchedule' }] };
    await product.admin.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-3', labels }, spec }]);
    await injectFault(product.sandbox.kubernetes.adminKubeconfig, { node: 'worker-3' }, 'silent');
    const isSilent = async () => {
      const { status } = await product.admin.call<PodObject>('GET', '/api/v1/nodes/worker-3');
      return status.conditions?.some((one) => one.type === 'Ready' && one.status === 'Unknown') === true;
    };
    await until('the node is silent', isSilent);
    const id = await deliverRecorded(product.url, 'KubeNodeNotReady');
    await liveWhen(product.url, id, ({ phase }) => phase === 'AwaitingHealthy');
    expect(writesOf(product.auditLog).filter(({ name }) => name === 'worker-3')).toMatchObject([
      { what: 'patch nodes', code: 200 },
    ]);
  }, 60_000);
});
