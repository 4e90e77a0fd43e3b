import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import evictPod from '../../activities/actions/evict-pod.ts';
import { actions } from '../../activities/actions/index.ts';
import { createClusterActivities } from '../../activities/cluster-activities.ts';
import type { ClusterActivities } from '../../activities/contract.ts';
import { basePermissions } from '../../activities/kubernetes/permissions.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import type { Assessment } from '../../domain/run/assessment.ts';
import type { Target } from '../../domain/target/target.ts';
import { type Fault, injectFault } from '../../sandbox/faults.ts';
import { startActivity } from '../activities/support/run-activity.ts';
import { permitted, testKeys } from '../support/permitted.ts';
import { aStep, codeOf, inputOf } from './support/cases.ts';
import { stockAlerts } from './support/stock-alerts.ts';
import { appsPath, change, namespace, type RawObject, startWorld, until, type World } from './support/world.ts';

let world: World;
let activities: ClusterActivities;
beforeAll(async () => {
  world = await startWorld();
  activities = createClusterActivities({
    // Exactly what is declared, so that nothing here works by an administrator's rights.
    cluster: await world.clusterAs('worker', [
      ...basePermissions,
      ...actions.flatMap(({ permissions }) => permissions),
    ]),
    clusterName: 'sandbox',
    policies: () => [policy],
    keys: testKeys,
    now: Date.now,
    switches: { mode: 'Auto' },
    guardPause: async () => undefined,
    identity: {},
    logger: { warn: () => undefined },
    limits: { pollEveryMs: 100 },
  });
}, 60_000);
afterAll(async () => {
  await world.stop();
});

const rules = (verify: unknown[]) =>
  policySchema(actions).parse({
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name: 'memory' },
    spec: {
      mode: 'Auto',
      match: { alerts: ['alertname="PodOOMKilled"'] },
      scope: { namespaces: [namespace] },
      verify,
      steps: [{ evictPod: {} }],
    },
  });
const outOfMemory = [{ podCondition: { reason: 'OOMKilled', restartsAtLeast: 2, within: '10m' } }];
let policy = rules(outOfMemory);

const anAlert = (labels: Record<string, string>): Alert => ({
  fingerprint: '0123456789abcdef',
  alertname: 'PodOOMKilled',
  cluster: 'sandbox',
  status: 'firing',
  labels: { alertname: 'PodOOMKilled', namespace, ...labels },
  annotations: {},
  startsAt: '2026-03-01T10:00:00Z',
  receiver: 'mendflow',
  receivedAt: '2026-03-01T10:00:00Z',
});

async function broken(app: string, fault: Fault = 'oom-killed'): Promise<string> {
  await world.deploy('Deployment', app);
  await until(`${app} is ready`, async () => {
    return (await world.api.call<RawObject>('GET', appsPath('Deployment', app))).status.readyReplicas === 3;
  });
  const [pod] = await world.pods(app);
  const name = pod?.metadata.name ?? '';
  await injectFault(world.sandbox.kubernetes.adminKubeconfig, { namespace, pod: name }, fault);
  return name;
}

async function verified(labels: Record<string, string>) {
  let assessment: Assessment | undefined;
  await until('the fault is verified', async () => {
    assessment = await activities.verify({ alert: anAlert(labels) });
    return assessment.kind === 'actionable';
  });
  if (assessment?.kind !== 'actionable') throw new Error('not actionable');
  return assessment;
}

const run = <I, O>(activity: (input: I) => Promise<O>, input: I) =>
  startActivity(activity, input, { scheduledTimestampMs: Date.now() }).result;

/** Evicts the pod, with a ticket for it. */
function remediate(target: Target, pod: string) {
  const step = aStep(evictPod, target, { alert: anAlert({ pod }) });
  return run(activities.remediate, permitted(inputOf(step), Date.now()));
}

describe('a pod that is OOMKilled', () => {
  it('is verified, evicted, and its workload proven healthy', async () => {
    const pod = await broken('leaks');
    const { target, plan } = await verified({ pod });
    expect(target).toMatchObject({
      workload: { kind: 'Deployment', name: 'leaks' },
      pod: { name: pod },
      facts: { ownerKind: 'Deployment', otherReadyPods: 2, desiredPods: 3 },
    });
    expect(await remediate(target, pod)).toMatchObject({ changed: true });
    const waiting = { target, checks: plan.checks, stableForMs: 500, withinMs: 15_000 };
    expect(await run(activities.waitForHealthy, waiting)).toMatchObject({ kind: 'healthy' });
    const again = await activities.verify({ alert: anAlert({ pod }), previous: target });
    expect(again).toMatchObject({ kind: 'recovered', reason: 'workloadHealthy' });
    expect(await activities.verify({ alert: anAlert({ pod }) })).toMatchObject({ reason: 'targetGone' });
  }, 30_000);

  it('is gone, not remediated, where its workload is scaled to zero during the wait', async () => {
    const pod = await broken('rests');
    const { target, plan } = await verified({ pod });
    expect(await remediate(target, pod)).toMatchObject({ changed: true });
    const waiting = { target, checks: plan.checks, stableForMs: 60_000, withinMs: 120_000 };
    const health = run(activities.waitForHealthy, waiting);
    await change(world, appsPath('Deployment', 'rests'), { spec: { replicas: 0 } });
    expect(await health).toEqual({ kind: 'gone', detail: 'Deployment shop/rests: it is scaled to zero' });
    expect(await activities.verify({ alert: anAlert({ pod }), previous: target })).toMatchObject({
      kind: 'notActionable',
      detail: 'Deployment shop/rests wants no pod: it is scaled to zero',
    });
  }, 30_000);

  it('is found by the name of its Deployment', async () => {
    const pod = await broken('named');
    expect((await verified({ deployment: 'named' })).target.pod?.name).toBe(pod);
  }, 30_000);

  it('keeps its workload unhealthy until it is replaced', async () => {
    const pod = await broken('stays');
    const { target, plan } = await verified({ pod });
    const waiting = { target, checks: plan.checks, stableForMs: 500, withinMs: 1_000 };
    const health = await run(activities.waitForHealthy, waiting);
    expect(health).toMatchObject({ kind: 'unhealthy', detail: expect.stringContaining('not healthy within 1s') });
    expect('evidence' in health && health.evidence.join('\n')).toContain('OOMKilled with exit code 137');
  }, 30_000);

  it('leaves evidence: its state, its events and its log without the password', async () => {
    const pod = await broken('tells');
    const { target } = await verified({ pod });
    await activities.report({ target, event: 'RemediationStarted', note: 'evicting', workflowId: 'w' });
    const { captured } = await verified({ pod });
    if (captured === undefined) throw new Error('no evidence was kept');
    const evidence = captured;
    expect(evidence.missing).toEqual([]);
    expect(evidence.status.join('\n')).toContain('OOMKilled with exit code 137');
    expect(evidence.events.join('\n')).toContain('RemediationStarted: evicting');
    expect(evidence.logs.app).toContain('cannot allocate');
    expect(evidence.logs.app).not.toContain('not-a-real-password');
  }, 30_000);

  it('is not acted on for a condition that it does not show', async () => {
    const pod = await broken('differs');
    const { target } = await verified({ pod });
    policy = rules([{ podCondition: { reason: 'ImagePullBackOff' } }]);
    const code = await codeOf(remediate(target, pod));
    policy = rules(outOfMemory);
    expect(code).toBe('FAULT_GONE');
  }, 30_000);
});

describe('what verify refuses on a real cluster', () => {
  it.each([
    ['a bare pod', { apiVersion: 'v1', kind: 'Pod' }, 'bare', 'notOwned'],
    ['the pod of a Job', { apiVersion: 'batch/v1', kind: 'Job' }, 'job', 'notOwned'],
  ] as const)('%s', async (_, type, name, reason) => {
    const pod = { containers: [{ name: 'app', image: 'example.invalid/app:1' }], restartPolicy: 'Never' };
    const labels = { app: name };
    const template = { metadata: { labels }, spec: pod };
    const spec = type.kind === 'Pod' ? pod : { template };
    await world.api.apply([{ ...type, metadata: { name, namespace, labels }, spec }]);
    await until('its pod is there', async () => (await world.pods(name)).length > 0);
    const [found] = await world.pods(name);
    const assessment = await activities.verify({ alert: anAlert({ pod: found?.metadata.name ?? '' }) });
    expect(assessment).toMatchObject({ kind: 'notActionable', reason });
  });

  it('a workload that is another object than before', async () => {
    const pod = await broken('reborn');
    const { target } = await verified({ pod });
    await world.api.call('DELETE', `${appsPath('Deployment', 'reborn')}?propagationPolicy=Foreground`);
    await until(
      'it is gone',
      async () => (await world.cluster.getWorkload('Deployment', namespace, 'reborn')) === undefined,
    );
    const previous = target;
    expect(await activities.verify({ alert: anAlert({ pod }), previous })).toMatchObject({ reason: 'targetGone' });
    await world.deploy('Deployment', 'reborn');
    expect(await activities.verify({ alert: anAlert({ pod }), previous })).toMatchObject({ reason: 'targetReplaced' });
  }, 30_000);
});

describe('stock alerts, whose labels are kube-state-metrics’ own, and the ready-made policies', () => {
  stockAlerts(() => world);
});
