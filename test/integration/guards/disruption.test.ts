import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anAlertWith, deliver } from '../../support/product/alerts.ts';
import { writesOf } from '../../support/product/audit.ts';
import { type Product, startProduct } from '../../support/product/index.ts';
import { aPolicyFor } from '../../support/product/policies.ts';
import { endOf, liveWhen, reportOf, tell } from '../../support/product/runs.ts';
import { until } from '../../support/product/until.ts';
import { breakOnePod, createNamespaces, createWorkload } from '../../support/product/workloads.ts';

/** A namespace for each case, so that what was asked there was asked for it, and no guard counts them together. */
const namespaces = ['late', 'loosened', 'doubly', 'alone', 'allowed-alone'] as const;
type Namespace = (typeof namespaces)[number];
const scope = { namespaces: [...namespaces] };

/** A budget that says no is asked again after 15 s: once more before this deadline. */
const within = '25s';
const policies = [
  aPolicyFor('Crash', { scope, steps: [{ evictPod: {}, within }] }),
  aPolicyFor('CrashOfMany', { scope }),
  aPolicyFor('CrashOfOne', { scope, guards: { cooldown: '10s', minReady: 0 } }),
];

let product: Product;

beforeAll(async () => {
  product = await startProduct({ policies });
  await createNamespaces(product.admin, namespaces);
}, 120_000);

afterAll(() => product?.stop(), 60_000);

/** What was asked of the API server in the namespace, with its answers. */
const asked = (namespace: Namespace) =>
  writesOf(product.auditLog).flatMap((write) => (write.namespace === namespace ? [`${write.what} ${write.code}`] : []));

const place = (namespace: Namespace) => ({ namespace, name: 'web' });

interface Fault {
  pod: string;
  /** Of its run. */
  id: string;
}

/** A crashing pod of a workload, and its alert taken by the api. */
async function aFault(
  alertname: string,
  namespace: Namespace,
  { prepare = async () => undefined, replicas = 3 }: { prepare?: () => Promise<void>; replicas?: number },
): Promise<Fault> {
  await createWorkload(product.admin, place(namespace), { replicas });
  const pod = await breakOnePod(product.sandbox, product.admin, place(namespace));
  await prepare();
  const alert = anAlertWith({ alertname, namespace, pod });
  expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
  return { pod, id: alert.id };
}

const budgetPath = (namespace: Namespace, name: string) =>
  `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`;

/** Resolves when the budget is counted: two of three pods are ready. */
async function applyBudget(namespace: Namespace, minAvailable: number, name = 'web'): Promise<void> {
  const spec = { minAvailable, selector: { matchLabels: { app: 'web' } } };
  const metadata = { name, namespace };
  await product.admin.apply([{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec }]);
  await until('the budget is counted', async () => {
    const { status } = await product.admin.call<{ status?: { currentHealthy?: number; desiredHealthy?: number } }>(
      'GET',
      budgetPath(namespace, name),
    );
    return status?.currentHealthy === 2 && status.desiredHealthy === minAvailable;
  });
}

describe('a disruption budget that needs every pod', () => {
  const refused = 'create pods/eviction 429';
  let late: Fault;
  let loosened: Fault;

  // Both wait for the budget at the same time.
  beforeAll(async () => {
    [late, loosened] = await Promise.all([
      aFault('Crash', 'late', { prepare: () => applyBudget('late', 3) }),
      aFault('Crash', 'loosened', { prepare: () => applyBudget('loosened', 3) }),
    ]);
    await until('the budget has refused', async () => asked('loosened').length === 1);
    await applyBudget('loosened', 2);
  }, 60_000);

  it('that is loosened before the deadline has the pod evicted once', async () => {
    expect(await endOf(product.temporal, loosened.id)).toBe('remediated');
    expect(asked('loosened')).toEqual([refused, 'create pods/eviction 201']);
  }, 60_000);

  it('is asked until the deadline, then a person is; who loosens it and says retry has the pod evicted once', async () => {
    const live = await liveWhen(product.url, late.id, ({ phase }) => phase === 'Escalated');
    expect(live).toMatchObject({ reason: 'evictionBlocked', steps: [] });
    expect(asked('late')).toEqual([refused, refused]);
    await applyBudget('late', 2);
    expect(await tell(product.url, late.id, 'retry', { note: 'the budget is wider' })).toMatchObject({ status: 200 });
    expect(await endOf(product.temporal, late.id)).toBe('remediated');
    expect(asked('late')).toEqual([refused, refused, 'create pods/eviction 201']);
  }, 60_000);
});

it('two disruption budgets for one pod are never asked twice: a person is', async () => {
  const { id } = await aFault('Crash', 'doubly', {
    prepare: async () => {
      await applyBudget('doubly', 1, 'one');
      await applyBudget('doubly', 1, 'two');
    },
  });
  const { steps, reason } = await liveWhen(product.url, id, ({ phase }) => phase === 'Escalated');
  expect(reason).toBe('evictionBlocked');
  expect(steps).toMatchObject([{ action: 'evictPod', result: 'failed', detail: 'BUDGETS_CONFLICT' }]);
  expect(asked('doubly')).toEqual(['create pods/eviction 500']);
  await tell(product.url, id, 'abort', {});
}, 60_000);

describe('the only pod of a workload', () => {
  it('is not evicted by itself: nobody else is ready, and a person is asked', async () => {
    const { id } = await aFault('CrashOfMany', 'alone', { replicas: 1 });
    const live = await liveWhen(product.url, id, ({ phase }) => phase === 'Escalated');
    expect(live).toMatchObject({ reason: 'tooFewReady', steps: [] });
    expect(asked('alone')).toEqual([]);
    await tell(product.url, id, 'abort', {});
  }, 60_000);

  it('is evicted where the policy says that nobody else must be ready', async () => {
    const { id, pod } = await aFault('CrashOfOne', 'allowed-alone', { replicas: 1 });
    expect(await reportOf(product.temporal, id)).toMatchObject({
      outcome: 'remediated',
      target: { pod: { name: pod } },
    });
    expect(asked('allowed-alone')).toEqual(['create pods/eviction 201']);
  }, 60_000);
});
