import { beforeAll, expect, it } from '@jest/globals';
import { createClusterActivities } from '../../../activities/cluster-activities.ts';
import type { ClusterActivities } from '../../../activities/contract.ts';
import { basePermissions } from '../../../activities/kubernetes/permissions.ts';
import type { Assessment } from '../../../domain/run/assessment.ts';
import { faultKey, injectFault } from '../../../sandbox/faults.ts';
import { answeringPrometheus } from '../../../simulation/policy-test/prometheus-answers.ts';
import { readyMadePolicies, recordedAlert } from '../../support/payloads.ts';
import { testKeys } from '../../support/permitted.ts';
import { endJob, putJob } from './jobs.ts';
import { nodePath, readyNode } from './nodes.ts';
import { applyAutoscaler, readyWorkload } from './places.ts';
import { appsPath, change, namespace, template, until, type World } from './world.ts';

const always = { fromMs: 0, untilMs: Number.POSITIVE_INFINITY };
/** What Prometheus measures: it knows only the objects that the payloads speak of. */
const measured = [
  { contains: 'kube_horizontalpodautoscaler_status_condition', names: () => ['checkout'], value: 1, ...always },
  { contains: 'kubelet_volume_stats_available_bytes', names: () => ['data-orders-0'], value: 0.92, ...always },
];

/** The recorded webhooks of kube-prometheus-stack, and the ready-made policies as they are shipped, on a real cluster. */
export function stockAlerts(world: () => World): void {
  let activities: ClusterActivities;
  /** How much later it is for us than for the cluster: some faults count only after minutes. */
  let laterByMs = 0;
  beforeAll(async () => {
    activities = createClusterActivities({
      cluster: await world().clusterAs('verifies', basePermissions),
      ...{ clusterName: 'sandbox', policies: () => readyMadePolicies, keys: testKeys, switches: { mode: 'Auto' } },
      now: () => Date.now() + laterByMs,
      prometheus: answeringPrometheus(measured, Date.now),
      ...{ guardPause: async () => undefined, identity: {}, logger: { warn: () => undefined } },
    });
  });

  /** What comes of the recorded alert, about this pod where the names of pods are not known before. */
  async function assessed(alertname: string, pod: { pod?: string; uid?: string } = {}): Promise<Assessment> {
    const recorded = recordedAlert(alertname, { cluster: 'sandbox', receivedAt: new Date().toISOString() });
    const alert = { ...recorded, labels: { ...recorded.labels, ...pod } };
    let assessment: Assessment | undefined;
    const isActionable = async () => {
      assessment = await activities.verify({ alert });
      return assessment.kind === 'actionable';
    };
    await until(`${alertname} is verified`, isActionable).catch((error: unknown) => {
      throw new Error(`it is not actionable: ${JSON.stringify(assessment)}`, { cause: error });
    });
    if (assessment === undefined) throw new Error('nothing was assessed');
    return assessment;
  }

  it('find a Deployment whose rollout has given up', async () => {
    await world().deploy('Deployment', 'checkout', { progressDeadlineSeconds: 1 });
    const annotations = { [faultKey]: 'image-pull' };
    await change(world(), appsPath('Deployment', 'checkout'), { spec: { template: { metadata: { annotations } } } });
    expect(await assessed('KubeDeploymentRolloutStuck')).toMatchObject({
      plan: { policy: 'stuck-rollout' },
      target: { workload: { kind: 'Deployment', name: 'checkout' } },
    });
  }, 40_000);

  it('find a Job that has failed', async () => {
    await putJob(world(), 'nightly-import-28934110');
    await endJob(world(), 'nightly-import-28934110', { exitCode: 1 });
    expect(await assessed('KubeJobFailed')).toMatchObject({
      plan: { policy: 'job-failed' },
      target: { workload: { kind: 'Job', name: 'nightly-import-28934110' } },
    });
  }, 40_000);

  it('find a node that does not answer, although its series carry the exporter’s namespace', async () => {
    await readyNode(world(), 'worker-3');
    await change(world(), nodePath('worker-3'), { metadata: { labels: { 'mendflow.dev/remediation': 'enabled' } } });
    await injectFault(world().sandbox.kubernetes.adminKubeconfig, { node: 'worker-3' }, 'silent');
    expect(await assessed('KubeNodeNotReady')).toMatchObject({
      plan: { policy: 'node-not-ready' },
      target: { namespace: '', workload: { kind: 'Node', name: 'worker-3' } },
    });
  }, 40_000);

  it('find the workload of an autoscaler at its maximum, beside the exporter’s own pod', async () => {
    const { workload } = await readyWorkload(world(), 'Deployment', 'busy');
    await applyAutoscaler(world(), workload, 'checkout');
    expect(await assessed('KubeHpaMaxedOut')).toMatchObject({
      plan: { policy: 'hpa-at-max' },
      target: { workload: { kind: 'Deployment', name: 'busy', uid: workload.uid } },
    });
  }, 40_000);

  it('find the workload of a volume that fills up, beside the kubelet’s own labels', async () => {
    await putVolume(world(), 'data-orders-0');
    const { metadata, spec } = template('orders');
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data-orders-0' } }];
    await world().deploy('StatefulSet', 'orders', { replicas: 1, template: { metadata, spec: { ...spec, volumes } } });
    expect(await assessed('KubePersistentVolumeFillingUp')).toMatchObject({
      plan: { policy: 'pvc-nearly-full', steps: [] },
      target: { workload: { kind: 'StatefulSet', name: 'orders' }, pod: { name: 'orders-0' } },
    });
  }, 40_000);

  it('find a pod that crashes again and again', async () => {
    const { workload, pod } = await readyWorkload(world(), 'Deployment', 'crashes');
    await injectFault(world().sandbox.kubernetes.adminKubeconfig, { namespace, pod: pod?.name ?? '' }, 'crash-loop');
    expect(await assessed('KubePodCrashLooping', { pod: pod?.name ?? '', uid: pod?.uid ?? '' })).toMatchObject({
      plan: { policy: 'crash-loop' },
      target: { workload, pod },
    });
  }, 40_000);

  it('find a pod that no node takes, once it has waited for two minutes', async () => {
    const { metadata, spec } = template('waits');
    const nowhere = { ...spec, nodeSelector: { 'kubernetes.io/hostname': 'nowhere' } };
    const workload = await world().deploy('Deployment', 'waits', { template: { metadata, spec: nowhere } });
    const [pod] = await world().pods('waits');
    const name = pod?.metadata.name ?? '';
    laterByMs = 150_000;
    const assessment = assessed('KubePodNotReady', { pod: name }).finally(() => {
      laterByMs = 0;
    });
    expect(await assessment).toMatchObject({
      plan: { policy: 'pod-pending' },
      target: { workload: { kind: 'Deployment', name: 'waits', uid: workload.metadata.uid }, pod: { name } },
    });
  }, 40_000);
}

/** A volume with its claim, bound as their controller does it; nobody binds volumes here. */
async function putVolume({ api }: World, claim: string): Promise<void> {
  const [capacity, accessModes] = [{ storage: '1Gi' }, ['ReadWriteOnce']];
  const bound = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } };
  const ofVolume = { capacity, accessModes, hostPath: { path: '/tmp' }, claimRef: { namespace, name: claim } };
  const ofClaim = { accessModes, resources: { requests: capacity }, storageClassName: '', volumeName: claim };
  await api.apply([
    { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: claim }, spec: ofVolume },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim, namespace, ...bound }, spec: ofClaim },
  ]);
}
