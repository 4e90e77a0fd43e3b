import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { components } from '../../sandbox/credentials.ts';
import { openKubeconfig } from '../../sandbox/kubernetes-api.ts';
import { productRoles } from '../../sandbox/product-roles.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { evictionsOf, writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor, writePolicies } from '../support/product/policies.ts';
import { openReceiver, type SignedReceiver } from '../support/product/receiver.ts';
import { reportOf, runsOf } from '../support/product/runs.ts';
import { until } from '../support/product/until.ts';
import { createBroken, createNamespaces, podsOf } from '../support/product/workloads.ts';

const names = ['unread', 'unheard', 'unsettled', 'twice'] as const;
let product: Product;
let receiver: SignedReceiver;
let alerts: Record<(typeof names)[number], AlertUnderTest>;

beforeAll(async () => {
  receiver = await openReceiver('oncall');
  product = await startProduct({ policies: [aPolicyFor('Crash')], receivers: [receiver] });
  await createNamespaces(product.admin, ['shop']);
  const entries = names.map(async (name) => {
    const pod = await createBroken(product.sandbox, product.admin, { namespace: 'shop', name });
    return [name, anAlertWith({ alertname: 'Crash', namespace: 'shop', pod })] as const;
  });
  alerts = Object.fromEntries(await Promise.all(entries)) as typeof alerts;
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await receiver?.close();
}, 60_000);

const statusOf = async (url: string) => (await fetch(url)).status;

/** The failure of the activity that the run is trying again, as Temporal knows it. */
async function lastFailureOf(id: string): Promise<string | undefined> {
  const { raw } = await product.temporal.workflow.getHandle(id).describe();
  return (
    raw.pendingActivities?.find(({ lastFailure }) => lastFailure != null)?.lastFailure?.applicationFailureInfo?.type ??
    undefined
  );
}

/** As Alertmanager does: the same body again until it is taken. */
async function deliverUntilTaken(alert: AlertUnderTest): Promise<void> {
  const isTaken = async () => (await deliver(product.url, [alert])).status === 202;
  await until('the alert is taken', isTaken, 30_000);
}

async function healsOnce(name: (typeof names)[number]): Promise<void> {
  expect(await reportOf(product.temporal, alerts[name].id)).toMatchObject({ outcome: 'remediated', policy: 'crash' });
  expect(await runsOf(product.temporal, alerts[name].id)).toBe(1);
  expect(evictionsOf(product.auditLog, name)).toHaveLength(1);
}

describe('when a policy is edited into something broken', () => {
  const isStale = async (value: 0 | 1) =>
    (await (await fetch(`${product.workerUrl}/metrics`)).text()).includes(`\nmendflow_policies_stale ${value}\n`);

  it.each([
    ['text that is not YAML', 'crash.yaml', 'spec: [unclosed'],
    [
      'a field that does not exist',
      'crash.yaml',
      'apiVersion: mendflow.dev/v1alpha1\nkind: RemediationPolicy\nmods: 1',
    ],
    ['an action that does not exist', 'more.yaml', JSON.stringify(aPolicyFor('More', { steps: [{ rebootNode: {} }] }))],
  ])('%s raises the alarm, which a good edit lifts', async (_, file, text) => {
    writeFileSync(join(product.policyFolder, file), text);
    await until('the alarm is raised', () => isStale(1));
    writeFileSync(join(product.policyFolder, file), '');
    writePolicies(product.policyFolder, [aPolicyFor('Crash')]);
    await until('the alarm is lifted', () => isStale(0));
    expect(await isStale(1)).toBe(false);
  });

  it('the set before stays in force, and nothing new is done', async () => {
    const wider = aPolicyFor('Wider', { match: { alerts: ['alertname="Crash"'] }, priority: 200, mode: 'auto' });
    writePolicies(product.policyFolder, [wider]);
    await until('the alarm is raised', () => isStale(1));
    await deliverUntilTaken(alerts.unsettled);
    await healsOnce('unsettled');
  }, 60_000);
});

describe('while the worker may not read the cluster', () => {
  const workloads = ['bystander-1', 'bystander-2', 'bystander-3'];

  /** Whether the worker's account may read pods now: the API server follows its roles after a moment. */
  async function mayRead(): Promise<boolean> {
    const worker = openKubeconfig(product.sandbox.kubernetes.kubeconfig('worker'));
    try {
      await worker.call('GET', '/api/v1/namespaces/shop/pods');
      return true;
    } catch (error) {
      expect(String(error)).toContain('forbidden');
      return false;
    } finally {
      await worker.close();
    }
  }

  it('three alerts are one incident with one message, and each is looked at again afterwards', async () => {
    const three = await Promise.all(
      workloads.map(async (name) => {
        const [pod] = await podsOf(product.admin, { namespace: 'shop', name });
        return anAlertWith({ alertname: 'Crash', namespace: 'shop', pod: pod?.metadata.name ?? '' });
      }),
    );
    const stateOf = async ({ id }: AlertUnderTest) => {
      const { typedSearchAttributes: known } = await product.temporal.workflow.getHandle(id).describe();
      const values = known.getAll().map(({ key, value }) => [key.name, value]);
      const { Phase, Outcome, Reason } = Object.fromEntries(values) as Record<string, string>;
      return `${Outcome ?? Phase} ${Reason}`;
    };
    const statesOf = () => Promise.all(three.map(stateOf)).then((states) => states.sort());
    const become = (...states: string[]) =>
      until(`the runs are ${states.join(', ')}`, async () => `${await statesOf()}` === `${states}`, 30_000);

    await product.admin.call(
      'DELETE',
      `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${components.worker.user}`,
    );
    await until('the account may not read', async () => !(await mayRead()));
    expect(await deliver(product.url, three)).toMatchObject({ status: 202, body: { accepted: 3 } });
    await become('Escalated clusterUnavailable', ...Array(2).fill('denied clusterUnavailable'));
    await until('somebody is told', async () => receiver.notifications.length > 0);
    expect(receiver.notifications).toMatchObject([{ kind: 'escalation', reason: 'clusterUnavailable' }]);

    await product.admin.apply(productRoles());
    await become(...Array(3).fill('recovered workloadHealthy'));
    await until('they are told of the end', async () => receiver.notifications.length > 1);
    expect(receiver.notifications.map(({ kind }) => kind)).toEqual(['escalation', 'closed']);
  }, 90_000);
});

describe('while the API server is down', () => {
  it('an alert is taken, nothing is done, and the run goes on when the server is back', async () => {
    await product.sandbox.kill('kube-apiserver');
    const before = writesOf(product.auditLog).length;
    expect(await deliver(product.url, [alerts.unread])).toMatchObject({ status: 202 });
    const hasFailed = async () => (await lastFailureOf(alerts.unread.id)) === 'CLUSTER_UNAVAILABLE';
    await until('the run has tried to read the cluster', hasFailed);
    expect(writesOf(product.auditLog)).toHaveLength(before);
    await product.sandbox.restart('kube-apiserver');
    await healsOnce('unread');
  }, 120_000);
});

describe('while Temporal is down', () => {
  it('a delivery is answered 503 with Retry-After within 8 s, and is handled when it comes again afterwards', async () => {
    await product.sandbox.kill('temporal');
    const refused = await deliver(product.url, [alerts.unheard]);
    expect(refused).toMatchObject({ status: 503, body: { code: 'TEMPORAL_UNAVAILABLE' } });
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    expect(await statusOf(`${product.url}/livez`)).toBe(200);
    expect(await statusOf(`${product.url}/readyz`)).toBe(503);
    await product.sandbox.restart('temporal');
    await deliverUntilTaken(alerts.unheard);
    await healsOnce('unheard');
  }, 120_000);
});

it('both at once cost nothing but time', async () => {
  await Promise.all([product.sandbox.kill('temporal'), product.sandbox.kill('kube-apiserver')]);
  expect(await deliver(product.url, [alerts.twice])).toMatchObject({ status: 503 });
  await product.sandbox.restart('temporal');
  await deliverUntilTaken(alerts.twice);
  await product.sandbox.restart('kube-apiserver');
  await healsOnce('twice');
}, 120_000);
