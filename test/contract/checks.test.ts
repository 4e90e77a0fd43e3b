import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import evictPod from '../../activities/actions/evict-pod.ts';
import { actions } from '../../activities/actions/index.ts';
import { createClusterActivities } from '../../activities/cluster-activities.ts';
import type { ClusterActivities } from '../../activities/contract.ts';
import { basePermissions } from '../../activities/kubernetes/permissions.ts';
import { type Policy, policySchema } from '../../domain/policy/policy.ts';
import type { Assessment } from '../../domain/run/assessment.ts';
import { injectFault } from '../../sandbox/faults.ts';
import { anActionAlert } from '../activities/support/builders.ts';
import { startActivity } from '../activities/support/run-activity.ts';
import { permitted, testKeys } from '../support/permitted.ts';
import { aStep, inputOf } from './support/cases.ts';
import { appsPath, namespace, type RawObject, startWorld, until, type World } from './support/world.ts';

let world: World;
let activities: ClusterActivities;
let policy: Policy;
beforeAll(async () => {
  world = await startWorld();
  activities = createClusterActivities({
    // Exactly what is declared, so that no check works by an administrator's rights.
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
  for (const app of ['well', 'ill']) await world.deploy('Deployment', app);
  await until('both are ready', async () => {
    const all = await Promise.all(
      ['well', 'ill'].map((app) => world.api.call<RawObject>('GET', appsPath('Deployment', app))),
    );
    return all.every(({ status }) => status.readyReplicas === 3);
  });
  const [pod] = await world.pods('ill');
  await injectFault(
    world.sandbox.kubernetes.adminKubeconfig,
    { namespace, pod: pod?.metadata.name ?? '' },
    'oom-killed',
  );
}, 60_000);
afterAll(() => world.stop());

function verifyWith(app: string, ...checks: unknown[]): Promise<Assessment> {
  policy = policySchema(actions).parse({
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name: 'checked' },
    spec: {
      mode: 'Auto',
      match: { alerts: ['alertname="Ill"'] },
      scope: { namespaces: [namespace] },
      verify: checks,
      steps: [{ evictPod: {} }],
    },
  });
  const at = '2026-03-01T10:00:00Z';
  const labels = { alertname: 'Ill', namespace, deployment: app };
  const alert = {
    fingerprint: '0123456789abcdef',
    alertname: 'Ill',
    cluster: 'sandbox',
    status: 'firing' as const,
    labels,
  };
  return activities.verify({
    alert: { ...alert, annotations: {}, startsAt: at, receiver: 'mendflow', receivedAt: at },
  });
}

const restarts = { restarts: { atLeast: 1, within: '30m' } };
const notAvailable = {
  workloadCondition: { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
};
const unavailable = { unavailablePods: { atLeast: '20%' } };
const nodeReady = { nodeCondition: { type: 'Ready', status: 'True' } };

describe('on a real API server', () => {
  it.each([
    ['restarts', restarts, /restarted \d+ times in the/],
    ['workloadCondition', notAvailable, /condition Available is False: MinimumReplicasUnavailable: /],
    ['unavailablePods', unavailable, /has 2 of 3 pods available/],
  ])('%s holds for the workload that is ill and not for the one that is well', async (_, check, words) => {
    await until('it holds', async () => (await verifyWith('ill', check)).kind === 'actionable');
    const assessment = await verifyWith('ill', check);
    expect('evidence' in assessment && assessment.evidence.join('\n')).toMatch(words);
    expect(await verifyWith('well', check)).toMatchObject({ kind: 'recovered' });
  });

  it('nodeCondition tells what the node of the pod shows', async () => {
    const assessment = await verifyWith('ill', nodeReady, restarts);
    expect('evidence' in assessment && assessment.evidence[0]).toMatch(/^node \S+: condition Ready is True/);
    const unwell = { nodeCondition: { type: 'Ready', status: 'False' } };
    expect(await verifyWith('ill', unwell, restarts)).toMatchObject({ kind: 'notActionable', reason: 'faultGone' });
  });

  it('all of them are asked once more right before the act, and answered by the act', async () => {
    const assessment = await verifyWith('ill', restarts, notAvailable, unavailable, nodeReady);
    if (assessment.kind !== 'actionable') throw new Error('not actionable');
    const { target, plan } = assessment;
    const step = aStep(evictPod, target, {
      policy: 'checked',
      alert: { ...anActionAlert, alertname: 'Ill', labels: { alertname: 'Ill', namespace, deployment: 'ill' } },
    });
    const nowMs = Date.now();
    const input = permitted(inputOf(step), nowMs);
    const act = () => startActivity(activities.remediate, input, { scheduledTimestampMs: nowMs }).result;
    expect(await act()).toMatchObject({ changed: true });
    const waiting = { target, checks: plan.checks, stableForMs: 500, withinMs: 15_000 };
    expect(await startActivity(activities.waitForHealthy, waiting).result).toMatchObject({ kind: 'healthy' });
  }, 30_000);
});
