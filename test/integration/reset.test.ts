import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AlertUnderTest, anAlertWith, deliver } from '../support/product/alerts.ts';
import { evictionsOf, writesOf } from '../support/product/audit.ts';
import { type Product, startProduct } from '../support/product/index.ts';
import { aPolicyFor } from '../support/product/policies.ts';
import { type ResetPoint, resetRun } from '../support/product/reset.ts';
import { endOf, liveWhen, reportOf } from '../support/product/runs.ts';
import { createBroken, createNamespaces, createWorkload, podsOf } from '../support/product/workloads.ts';

const namespace = 'shop';
const guards = { cooldown: '10m', minReady: 0, maxUnhealthy: '100%' };
const policies = [
  aPolicyFor('CrashHeals'),
  // The time is enough to reset the run while it waits for health.
  aPolicyFor('CrashStays', { guards, steps: [{ evictPod: {}, within: '20s' }] }),
  aPolicyFor('CrashStaysRestart', { guards, steps: [{ rolloutRestart: {}, within: '20s' }] }),
];

let product: Product;

beforeAll(async () => {
  product = await startProduct({ policies });
  await createNamespaces(product.admin, [namespace]);
}, 120_000);

afterAll(() => product?.stop(), 60_000);

async function taken(alert: AlertUnderTest): Promise<void> {
  expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
}

/** A workload whose pods crash for ever, and the alert that names one of them, or only the workload. */
async function aHopeless(alertname: string, name: string, label: 'pod' | 'deployment'): Promise<AlertUnderTest> {
  await createWorkload(product.admin, { namespace, name }, { isHopeless: true });
  const pod = (await podsOf(product.admin, { namespace, name }))[0]?.metadata.name ?? '';
  return anAlertWith({ alertname, namespace, [label]: label === 'pod' ? pod : name });
}

/** How a run ends that is begun anew when the workload is healthy. */
const ends: Record<ResetPoint, object> = {
  firstTask: { outcome: 'notActionable', reason: 'targetGone' },
  act: { outcome: 'recovered', reason: 'workloadHealthy' },
  nextTask: { outcome: 'remediated' },
};
const points: readonly ResetPoint[] = ['firstTask', 'act', 'nextTask'];

/** The run after its reset, once the guard holds it or it has come to its end. */
const decided = (id: string) =>
  liveWhen(
    product.url,
    id,
    ({ phase, verdicts }) => phase === 'Escalated' || verdicts.some(({ verdict }) => verdict === 'hold'),
  );

describe('a run that is reset', () => {
  it.each(points)(
    'after it has healed the workload evicts no pod again (%s)',
    async (point) => {
      const name = `healed-${point.toLowerCase()}`;
      const pod = await createBroken(product.sandbox, product.admin, { namespace, name });
      const alert = anAlertWith({ alertname: 'CrashHeals', namespace, pod });
      await taken(alert);
      expect(await endOf(product.temporal, alert.id)).toBe('remediated');
      await resetRun(product.temporal, alert.id, point);
      const { outcome, reason } = await reportOf(product.temporal, alert.id);
      expect({ outcome, reason }).toEqual(ends[point]);
      expect(evictionsOf(product.auditLog, name)).toHaveLength(1);
    },
    120_000,
  );

  it.each([
    ['firstTask', 'deployment', 'coolingDown'],
    ['act', 'deployment', 'coolingDown'],
    ['act', 'pod', 'coolingDown'],
    ['nextTask', 'pod', undefined],
  ] as const)(
    'while it waits for health evicts no other pod (%s, alert of the %s)',
    async (point, label, held) => {
      const name = `crashing-${point.toLowerCase()}-${label}`;
      const alert = await aHopeless('CrashStays', name, label);
      await taken(alert);
      await liveWhen(product.url, alert.id, ({ phase }) => phase === 'AwaitingHealthy');
      await resetRun(product.temporal, alert.id, point);
      const { verdicts } = await decided(alert.id);
      expect(verdicts.at(-1)?.reason).toBe(held);
      expect(evictionsOf(product.auditLog, name)).toHaveLength(1);
    },
    120_000,
  );

  it('while it waits for health restarts no workload again', async () => {
    const name = 'restarted';
    const alert = await aHopeless('CrashStaysRestart', name, 'deployment');
    await taken(alert);
    await liveWhen(product.url, alert.id, ({ phase }) => phase === 'AwaitingHealthy');
    await resetRun(product.temporal, alert.id, 'act');
    expect((await decided(alert.id)).verdicts.at(-1)?.reason).toBe('coolingDown');
    const patches = writesOf(product.auditLog).filter((write) => write.name === name && !write.isDryRun);
    expect(patches.map(({ what }) => what)).toEqual(['patch deployments']);
  }, 120_000);
});
