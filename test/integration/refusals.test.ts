import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { guardWorkflowId } from '../../domain/run/contract.ts';
import type { KubernetesApi, KubernetesObject } from '../../sandbox/kubernetes-api.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { liveWhen, reportOf, runsOf, tell } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import {
  aContainer,
  breakOnePod,
  createBroken,
  createNamespaces,
  createWorkload,
  isCrashing,
  podsOf,
} from '../support/product/workloads.ts';

const optOut = { 'mendflow.dev/remediation': 'disabled' };
const allowed = ['shop', 'closed', 'kube-system'];
const policies = [
  aPolicyFor('Crash', { scope: { namespaces: allowed } }),
  aPolicyFor('CrashAsked', {
    scope: { namespaces: allowed },
    mode: 'Approve',
    guards: { cooldown: '10s', minReady: 0, maxUnhealthy: '100%' },
  }),
];

let product: Product;
/** A pod of each kind, by what it is called in the table. */
const pods: Record<string, string> = {};

const aPod = (name: string, rest: { namespace?: string; annotations?: Record<string, string> } = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name, namespace: rest.namespace ?? 'shop', annotations: rest.annotations ?? {} },
  spec: { nodeName: 'node-a1', containers: [aContainer], automountServiceAccountToken: false },
});

/** Pods that no workload of ours owns. */
async function createLonelyPods(admin: KubernetesApi): Promise<void> {
  const template = {
    metadata: { labels: { app: 'migrate' } },
    spec: { containers: [aContainer], restartPolicy: 'Never' },
  };
  const job: KubernetesObject = {
    ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace: 'shop' } },
    spec: { template },
  };
  await admin.apply([aPod('bare'), aPod('coredns', { namespace: 'kube-system' }), job]);
  const mirror = aPod('mirror', { annotations: { 'kubernetes.io/config.mirror': 'hash' } });
  await admin.call('POST', '/api/v1/namespaces/shop/pods', { type: 'application/json', content: mirror });
  await until(
    'the pod of the Job',
    async () => (await podsOf(admin, { namespace: 'shop', name: 'migrate' })).length > 0,
  );
  pods.job = (await podsOf(admin, { namespace: 'shop', name: 'migrate' }))[0]?.metadata.name ?? '';
}

/** Workloads with a pod that crashes, so that nothing but the refusal keeps it alive. */
async function createFaults({ sandbox, admin }: Product): Promise<void> {
  const broken = async (key: string, name: string, namespace = 'shop') => {
    pods[key] = await createBroken(sandbox, admin, { namespace, name });
  };
  const optedOut = async () => {
    await createWorkload(admin, { namespace: 'shop', name: 'untouched' }, { labels: optOut });
    pods.optedOut = await breakOnePod(sandbox, admin, { namespace: 'shop', name: 'untouched' });
  };
  const healthy = async () => {
    await createWorkload(admin, { namespace: 'shop', name: 'healthy' });
    pods.healthy = (await podsOf(admin, { namespace: 'shop', name: 'healthy' }))[0]?.metadata.name ?? '';
  };
  await Promise.all([
    ...[
      broken('crashing', 'crashing'),
      broken('closed', 'inside', 'closed'),
      broken('elsewhere', 'other', 'elsewhere'),
    ],
    ...[optedOut(), healthy(), createLonelyPods(admin)],
  ]);
}

beforeAll(async () => {
  product = await startProduct({ policies });
  await createNamespaces(product.admin, ['shop', 'elsewhere']);
  await createNamespaces(product.admin, ['closed'], optOut);
  await createFaults(product);
}, 120_000);

afterAll(() => product?.stop(), 60_000);

afterEach(() => {
  // Whether a step could be done is tried before a person is asked.
  expect(writesOf(product.auditLog).filter(({ isDryRun }) => !isDryRun)).toEqual([]);
});

/** `{name}` stands for the pod of that name; its Deployment is called as the pod without its two suffixes. */
function labelsOf(given: Record<string, string>): Record<string, string> {
  const filled = Object.entries(given).map(([name, value]) => [
    name,
    value.replace(/\{(\w+)\}/, (_, key) => pods[key] ?? ''),
  ]);
  return { alertname: 'Crash', namespace: 'shop', ...Object.fromEntries(filled) };
}

describe('exactly one decision is recorded, and nothing is touched, for', () => {
  it.each([
    ['no label that names an object', { severity: 'critical' }, 'notActionable', 'targetUnnamed'],
    ['an empty pod label', { pod: '' }, 'notActionable', 'targetUnnamed'],
    ['an empty namespace label', { namespace: '', pod: '{crashing}' }, 'notActionable', 'targetUnnamed'],
    ['a pod that is not there', { pod: 'crashing-0' }, 'notActionable', 'targetGone'],
    ['a workload that is not there', { statefulset: 'crashing' }, 'notActionable', 'targetGone'],
    ['a path in place of a name', { pod: '../nodes/node-a1' }, 'notActionable', 'targetInvalid'],
    ['a pattern in place of a name', { pod: 'crashing-.*' }, 'notActionable', 'targetInvalid'],
    ['every namespace at once', { namespace: '*', pod: '{crashing}' }, 'notActionable', 'targetInvalid'],
    ['two workloads', { deployment: 'crashing', statefulset: 'db' }, 'notActionable', 'targetAmbiguous'],
    [
      'a pod and a workload it is not of',
      { pod: '{crashing}', deployment: 'healthy' },
      'notActionable',
      'targetAmbiguous',
    ],
    ['the exporter’s own pod', { pod: '{crashing}', exported_pod: 'db-0' }, 'notActionable', 'targetAmbiguous'],
    [
      'a namespace out of scope',
      { namespace: 'elsewhere', pod: '{elsewhere}' },
      'notActionable',
      'namespaceNotAllowed',
    ],
    ['a bare pod', { pod: 'bare' }, 'notActionable', 'notOwned'],
    ['the pod of a Job', { pod: '{job}' }, 'notActionable', 'notOwned'],
    ['a mirror of a static pod', { pod: 'mirror' }, 'notActionable', 'mirrorPod'],
    ['a system namespace', { namespace: 'kube-system', pod: 'coredns' }, 'notActionable', 'systemNamespace'],
    ['a workload that is opted out', { pod: '{optedOut}' }, 'notActionable', 'optedOut'],
    ['a namespace that is opted out', { namespace: 'closed', pod: '{closed}' }, 'notActionable', 'optedOut'],
    ['an alert that no policy matches', { alertname: 'Unknown', pod: '{crashing}' }, 'notActionable', 'noPolicy'],
    ['a pod that is healthy', { pod: '{healthy}' }, 'recovered', 'workloadHealthy'],
  ])('%s', async (_, given: Record<string, string>, outcome, reason) => {
    const alert = anAlertWith(labelsOf(given));
    expect(await deliver(product.url, [alert])).toMatchObject({ status: 202, body: { accepted: 1, rejectedCount: 0 } });
    expect(await reportOf(product.temporal, alert.id)).toMatchObject({ outcome, reason, steps: [] });
    expect(await runsOf(product.temporal, alert.id)).toBe(1);
  });
});

it('an alert without a name cannot be told apart from others: the answer says so, and holds up nobody else', async () => {
  const unnamed = anAlertWith({ namespace: 'shop', pod: 'bare' });
  const other = anAlertWith(labelsOf({ pod: 'bare', severity: 'low' }));
  const receipt = await deliver(product.url, [unnamed, other]);
  expect(receipt).toMatchObject({
    status: 202,
    body: { accepted: 1, rejectedCount: 1, rejected: [{ index: 0, field: 'labels.alertname', reason: 'missing' }] },
  });
  expect(await reportOf(product.temporal, other.id)).toMatchObject({ reason: 'notOwned' });
});

it('an alert of another cluster waits for that cluster’s own worker, until a person ends it', async () => {
  const alert = anAlertWith(labelsOf({ cluster: 'prod', pod: '{crashing}' }));
  expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
  expect(await liveWhen(product.url, alert.id, () => true)).toMatchObject({ phase: 'Verifying' });
  expect(await tell(product.url, alert.id, 'abort', { note: 'no such cluster' })).toMatchObject({ status: 200 });
  expect(await reportOf(product.temporal, alert.id)).toMatchObject({ outcome: 'aborted', reason: 'aborted' });
  expect(await runsOf(product.temporal, alert.id)).toBe(1);
});

it('an alert of a cluster that its sender may not speak of starts no run, and the guard knows of it', async () => {
  const alert = anAlertWith(labelsOf({ cluster: 'elsewhere', pod: '{crashing}' }));
  expect(await deliver(product.url, [alert])).toMatchObject({
    status: 202,
    body: { accepted: 0, rejected: [{ index: 0, field: 'labels.cluster', reason: 'unknownCluster' }] },
  });
  const history = await product.temporal.workflow.getHandle(guardWorkflowId('sandbox')).fetchHistory();
  const signals = (history.events ?? []).map((event) => event.workflowExecutionSignaledEventAttributes?.signalName);
  expect(signals).toContain('unknownCluster');
  await expect(product.temporal.workflow.getHandle(alert.id).describe()).rejects.toThrow('not found');
});

describe('a pod of a StatefulSet, whose successor takes its name,', () => {
  const uidOf = async (pod: string) =>
    (await podsOf(product.admin, { namespace: 'shop', name: pod.slice(0, -2) })).find(
      ({ metadata }) => metadata.name === pod,
    )?.metadata.uid;

  async function replace(pod: string, wanted: typeof isCrashing): Promise<void> {
    const before = await uidOf(pod);
    await product.admin.call('DELETE', `/api/v1/namespaces/shop/pods/${pod}`);
    await until(`the successor of ${pod}`, async () => {
      const found = await podsOf(product.admin, { namespace: 'shop', name: pod.slice(0, -2) });
      const successor = found.find(({ metadata }) => metadata.name === pod);
      return successor !== undefined && successor.metadata.uid !== before && wanted(successor);
    });
  }

  it('is not taken for it when the successor is well', async () => {
    const place = { namespace: 'shop', name: 'db' };
    await createWorkload(product.admin, place, { kind: 'StatefulSet' });
    const pod = await breakOnePod(product.sandbox, product.admin, place);
    await replace(
      pod,
      (successor) =>
        successor.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true,
    );
    const alert = anAlertWith(labelsOf({ pod }));
    await deliver(product.url, [alert]);
    expect(await reportOf(product.temporal, alert.id)).toMatchObject({
      outcome: 'recovered',
      reason: 'workloadHealthy',
    });
  }, 60_000);

  it('is not taken for it by a yes that a person gave to the one before, even when the successor is as ill', async () => {
    const place = { namespace: 'shop', name: 'queue' };
    await createWorkload(product.admin, place, { kind: 'StatefulSet', isHopeless: true });
    const alert = anAlertWith({ ...labelsOf({ pod: 'queue-0' }), alertname: 'CrashAsked' });
    await deliver(product.url, [alert]);
    const { question } = await liveWhen(product.url, alert.id, (live) => live.question !== undefined);
    await replace('queue-0', isCrashing);
    expect(await tell(product.url, alert.id, 'approve', { digest: question?.digest })).toMatchObject({ status: 200 });
    const live = await liveWhen(product.url, alert.id, ({ phase }) => phase === 'Escalated');
    expect(live.steps).toEqual([]);
    expect(live.timeline).toContainEqual(expect.objectContaining({ phase: 'Escalated', reason: 'targetReplaced' }));
    await tell(product.url, alert.id, 'take-over', {});
    expect(await reportOf(product.temporal, alert.id)).toMatchObject({ outcome: 'escalated', reason: 'takenOver' });
  }, 60_000);
});
