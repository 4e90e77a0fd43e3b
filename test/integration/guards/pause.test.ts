import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GuardState } from '../../../domain/guard/state.ts';
import { guardTaskQueue, guardWorkflowId, queries, workflowTypes } from '../../../domain/run/contract.ts';
import type { RemediationReport } from '../../../domain/run/outcome.ts';
import { components } from '../../../sandbox/credentials.ts';
import type { KubernetesObject } from '../../../sandbox/kubernetes-api.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../../support/product/alerts.ts';
import { type ApiGate, openApiGate } from '../../support/product/api-gate.ts';
import { workerRequests, writesOf } from '../../support/product/audit.ts';
import { type Product, startProduct } from '../../support/product/index.ts';
import { aPolicyFor } from '../../support/product/policies.ts';
import { ask, endOf, liveWhen, reportOf } from '../../support/product/runs.ts';
import { until } from '../../support/product/until.ts';
import { createBroken, createNamespaces } from '../../support/product/workloads.ts';

/** A namespace for each fault, so that no guard counts them together. */
const flow = ['flow-1', 'flow-2', 'flow-3', 'flow-4', 'flow-5', 'flow-6', 'flow-7', 'flow-8'];
const namespaces = [...flow, 'granted', 'late', 'switches', 'silent'];
const scope = { namespaces };
const policies = [
  aPolicyFor('Crash', { scope }),
  // A guard that does not answer is asked again after 30 s: here a person is asked instead.
  aPolicyFor('CrashHasty', { scope, guards: { cooldown: '10s', maxUnhealthy: '100%', holdAtMost: '10s' } }),
];
/** Within this a pause must have taken effect. */
const effectiveMs = 5_000;

let product: Product;
let gate: ApiGate;
/** The crashing pod of each namespace. */
const pods: Record<string, string> = {};

beforeAll(async () => {
  product = await startProduct({
    policies,
    env: { MENDFLOW_PAUSE_CONFIGMAP: 'switches/mendflow' },
    workerReachesClusterBy: async (sandbox) => {
      gate = await openApiGate(sandbox);
      return gate.kubeconfig;
    },
  });
  await createNamespaces(product.admin, namespaces);
  await product.admin.apply(readableSwitch());
  await throwSwitch('');
  const broken = namespaces.map(async (namespace) => {
    pods[namespace] = await createBroken(product.sandbox, product.admin, { namespace, name: 'web' });
  });
  await Promise.all(broken);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await gate?.close();
}, 60_000);

/** The worker may read the ConfigMap that can pause it. */
function readableSwitch(): KubernetesObject[] {
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name: 'pause', namespace: 'switches' };
  const rules = [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['mendflow'], verbs: ['get'] }];
  const subjects = [{ apiGroup, kind: 'User', name: components.worker.user }];
  return [
    { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      subjects,
      roleRef: { apiGroup, kind: 'Role', name: 'pause' },
    },
  ];
}

const configMapPath = '/api/v1/namespaces/switches/configmaps/mendflow';

const throwSwitch = (paused: string) =>
  product.admin.apply([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mendflow', namespace: 'switches' }, data: { paused } },
  ]);

const annotate = (namespace: string, until: string | null) =>
  product.admin.call('PATCH', `/api/v1/namespaces/${namespace}`, {
    type: 'application/merge-patch+json',
    content: { metadata: { annotations: { 'mendflow.dev/pause-until': until } } },
  });

/** `more`: labels that make it another alert about the same pod. */
const alertOf = (namespace: string, more: Record<string, string> = {}): AlertUnderTest =>
  anAlertWith({ alertname: 'Crash', namespace, pod: pods[namespace] ?? '', ...more });

async function ended(alert: AlertUnderTest): Promise<RemediationReport> {
  expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
  return reportOf(product.temporal, alert.id);
}

const writesIn = (namespace: string) => writesOf(product.auditLog).filter((write) => write.namespace === namespace);
const evictions = () => workerRequests(product.auditLog).filter(({ resource }) => resource === 'pods/eviction');
const isPaused = { reason: 'paused', steps: [] };

/** Delivers the alert and keeps back the last look at its pod: the permit is given, and the act not begun. */
async function grantedAndHeld(namespace: string, alert: AlertUnderTest) {
  const held = gate.hold(`GET /api/v1/namespaces/${namespace}/pods/${pods[namespace]}`, 2);
  await deliver(product.url, [alert]);
  await held.came;
  expect(await liveWhen(product.url, alert.id, () => true)).toMatchObject({ phase: 'Remediating' });
  return held;
}

describe('a pause through the api while remediations flow', () => {
  let acknowledgedAtMs: number;
  const reports: Record<string, RemediationReport> = {};

  beforeAll(async () => {
    const sending = flow.reduce(async (before, namespace) => {
      await before;
      await deliver(product.url, [alertOf(namespace)]);
    }, Promise.resolve());
    await until('remediations flow', async () => evictions().length >= 3);
    const granted = alertOf('granted');
    const held = await grantedAndHeld('granted', granted);
    const answer = await ask(product.url, '/v1/guard/pause', { why: 'the network is being changed' });
    acknowledgedAtMs = Date.now();
    expect(answer).toMatchObject({ status: 200, body: { isPaused: true } });
    reports.late = await ended(alertOf('late'));
    await sending;
    // The look that is kept back is given up after 5 s, and made again.
    for (const namespace of flow) reports[namespace] = await reportOf(product.temporal, alertOf(namespace).id);
    reports.granted = await reportOf(product.temporal, granted.id);
    held.release();
  }, 60_000);

  it('takes effect within 5 s, and nothing is done after that', () => {
    const last = Math.max(...evictions().map(({ receivedAtMs }) => receivedAtMs));
    expect(last - acknowledgedAtMs).toBeLessThanOrEqual(effectiveMs);
  });

  it('lets each remediation that had begun come to its end, and refuses the rest', () => {
    for (const namespace of flow) {
      const { outcome } = reports[namespace] ?? {};
      if (outcome !== 'remediated') expect(reports[namespace]).toMatchObject({ outcome: 'denied', ...isPaused });
      expect(writesIn(namespace)).toHaveLength(outcome === 'remediated' ? 1 : 0);
    }
  });

  it('stops an act that was permitted before it, and not begun', () => {
    expect(reports.granted).toMatchObject({ reason: 'paused' });
    expect(writesIn('granted')).toEqual([]);
  });

  it('refuses an alert that comes after it', () => {
    expect(reports.late).toMatchObject({ outcome: 'denied', ...isPaused });
    expect(writesIn('late')).toEqual([]);
  });

  it('is over when it is lifted', async () => {
    expect(await ask(product.url, '/v1/guard/resume', {})).toMatchObject({ status: 200, body: { isPaused: false } });
    // Refusing on news that are a second old is safe: somebody who alerts at once may still meet it.
    let tries = 0;
    const isHealed = async () => (await ended(alertOf('late', { again: String(tries++) }))).outcome === 'remediated';
    await until('an alert is acted upon again', isHealed);
    expect(writesIn('late')).toHaveLength(1);
  }, 60_000);
});

describe('a switch in the cluster itself', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
  const readable = () => product.admin.apply(readableSwitch());

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['a ConfigMap that says why', () => throwSwitch('a migration'), () => throwSwitch('')],
    ['a ConfigMap that is gone', () => product.admin.call('DELETE', configMapPath), () => throwSwitch('')],
    [
      'a ConfigMap that may not be read',
      () => product.admin.call('DELETE', '/apis/rbac.authorization.k8s.io/v1/namespaces/switches/rolebindings/pause'),
      readable,
    ],
    ['a namespace’s pause until a time', () => annotate('switches', inAnHour()), () => annotate('switches', null)],
    [
      'a namespace’s pause that nobody understands',
      () => annotate('switches', 'soon'),
      () => annotate('switches', null),
    ],
  ])(
    '%s stops what comes, and what was permitted and has not begun',
    async (name, on, off) => {
      const granted = alertOf('switches', { granted: name });
      const held = await grantedAndHeld('switches', granted);
      await on();
      held.release();
      expect(await reportOf(product.temporal, granted.id)).toMatchObject(isPaused);
      expect(await ended(alertOf('switches', { after: name }))).toMatchObject(isPaused);
      expect(writesIn('switches')).toEqual([]);
      await off();
    },
    60_000,
  );

  it('stops nothing any more when it is off, and when its time is over', async () => {
    await annotate('switches', new Date(Date.now() - 1_000).toISOString());
    expect(await ended(alertOf('switches', { when: 'off' }))).toMatchObject({ outcome: 'remediated' });
    expect(writesIn('switches')).toHaveLength(1);
  }, 60_000);
});

describe('a guard that does not answer', () => {
  const workflowId = guardWorkflowId('sandbox');
  const guard = { workflowId, workflowIdConflictPolicy: 'TERMINATE_EXISTING' } as const;
  let state: GuardState;

  it('has nothing done, and a person asked', async () => {
    state = await product.temporal.workflow.getHandle(workflowId).query<GuardState>(queries.guardState);
    await product.temporal.workflow.start(workflowTypes.guard, {
      ...guard,
      args: [{}],
      taskQueue: 'nobody-polls-this',
    });
    const alert = alertOf('silent', { alertname: 'CrashHasty' });
    await deliver(product.url, [alert]);
    const live = await liveWhen(product.url, alert.id, ({ phase }) => phase === 'Escalated');
    expect(live.verdicts).toMatchObject([{ verdict: 'hold', reason: 'guardUnavailable' }]);
    expect(writesIn('silent')).toEqual([]);
  }, 60_000);

  it('has the work go on when it answers again with what it knew', async () => {
    const options = { ...guard, args: [{ state }], taskQueue: guardTaskQueue };
    await product.temporal.workflow.start(workflowTypes.guard, options);
    const { outcome, mergedInto } = await ended(alertOf('silent'));
    // The run that asks a person looks again, too: where it is there first, it heals for both.
    const healer = outcome === 'merged' ? mergedInto : alertOf('silent').id;
    expect(await endOf(product.temporal, healer ?? '')).toBe('remediated');
    expect(writesIn('silent')).toHaveLength(1);
  }, 60_000);
});
