import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RemediateInput } from '../../activities/contract.ts';
import { remediate } from '../../activities/remediate.ts';
import type { OwnerRef } from '../../domain/target/pod.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { permitted } from '../support/permitted.ts';
import { anActionAlert, anAutoscaler, anOomKilledPod, aPod, aTarget, aWorkload, nowMs } from './support/builders.ts';
import { aPolicy, depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
});

const ownedBy = (apiVersion: string, kind: string, name = 'main'): OwnerRef => ({
  apiVersion,
  kind,
  name,
  uid: 'uid-o',
});
const containers = [{ name: 'app', image: 'app:1', memoryLimit: '64Mi' }];
/** The workload of the fault, as somebody's. */
const put = (changes: Partial<Workload>) => {
  const [, ...others] = cluster.workloads;
  cluster.workloads = [aWorkload({ containers, ...changes }), ...others];
};

/** Takes the one step of a policy whose scope names these managers. */
async function act(step: object, managedBy: string[] = [], alert = anActionAlert): Promise<unknown> {
  const policy = aPolicy({ steps: [step], scope: { namespaces: ['shop'], managedBy } });
  const [planned] = policy.spec.steps as [RemediateInput['step']];
  const about = { target: aTarget(), policy: policy.metadata.name, step: planned, token: 'run-1.0', dryRun: false };
  const input = permitted({ ...about, alert }, nowMs, { expiresAtMs: nowMs + 1_000 });
  const deps = depsOf(cluster, { policies: () => [policy] });
  return startActivity((given: RemediateInput) => remediate(deps, given), input, { scheduledTimestampMs: nowMs })
    .result;
}
const writes = () => cluster.calls.filter((call) => /^(evict|delete|restart|change|set|resize)/.test(call));

const changing: [action: string, step: object][] = [
  ['scale', { scale: { add: 1, max: 9 } }],
  ['rollback', { rollback: {} }],
  ['raiseMemoryLimit', { raiseMemoryLimit: { atMost: '128Mi' } }],
  ['raiseHpaMax', { raiseHpaMax: { byPercent: 50, atMost: 10 } }],
  ['rolloutRestart', { rolloutRestart: {} }],
];

describe.each(changing)('%s on what an operator owns', (_, step) => {
  it('changes nothing, and names the operator and what to change instead', async () => {
    put({ owner: ownedBy('monitoring.coreos.com/v1', 'Prometheus') });
    await expect(act(step)).rejects.toMatchObject({
      code: 'MANAGED_ELSEWHERE',
      message: expect.stringMatching(
        /^Deployment checkout belongs to Prometheus shop\/main \(PrometheusOperator\), whose operator would change it back; (change|make the change in) that Prometheus/,
      ),
    });
    await expect(act(step, ['ArgoCD', 'Helm'])).rejects.toMatchObject({ code: 'MANAGED_ELSEWHERE' });
    expect(writes()).toEqual([]);
  });
});

describe('what an operator owns', () => {
  it('is changed where the policy names the operator, by its name or by kind and group', async () => {
    put({ owner: ownedBy('monitoring.coreos.com/v1', 'Prometheus') });
    await act({ scale: { add: 1, max: 9 } }, ['PrometheusOperator']);
    put({ owner: ownedBy('minio.min.io/v2', 'Tenant') });
    await act({ scale: { add: 2, max: 9 } }, ['Tenant.minio.min.io']);
    expect(writes()).toEqual(['changeWorkload checkout replicas 4', 'changeWorkload checkout replicas 5']);
  });

  it('has its pods evicted like others: their controller replaces them', async () => {
    put({ owner: ownedBy('monitoring.coreos.com/v1', 'Prometheus') });
    await act({ evictPod: {} });
    expect(writes()).toEqual(['evictPod checkout-1']);
  });

  it('is no business of Kubernetes’ own controllers', async () => {
    put({ owner: ownedBy('apps/v1', 'Deployment', 'checkout') });
    await act({ scale: { add: 1, max: 9 } });
    expect(writes()).toEqual(['changeWorkload checkout replicas 4']);
  });
});

describe('what Git or Helm keep', () => {
  it('is restarted: they do not keep the mark on its template', async () => {
    put({ labels: { 'argocd.argoproj.io/instance': 'store' } });
    await act({ rolloutRestart: {} });
    expect(writes()).toEqual(['restartWorkload checkout run-1.0']);
  });
});

describe('a memory limit that Helm keeps', () => {
  const limited = (...names: string[]) => names.map((name) => ({ name, image: 'app:1', memoryLimit: '64Mi' }));
  const exporter = { job: 'kube-state-metrics', container: 'kube-state-metrics' };

  it.each([
    ['', { container: 'sidecar' }],
    [' beside its exporter', { ...exporter, exported_container: 'sidecar' }],
  ])('is proposed for the container that the alert names%s', async (_, labels) => {
    cluster.put(aPod());
    const release = { 'meta.helm.sh/release-name': 'store' };
    const helm = { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: release };
    put({ ...helm, containers: limited('app', 'sidecar') });
    const alert = { ...anActionAlert, labels: { ...anActionAlert.labels, ...labels } };
    await expect(act({ raiseMemoryLimit: { atMost: '128Mi' } }, [], alert)).rejects.toMatchObject({
      code: 'MANAGED_ELSEWHERE',
      message: expect.stringMatching(/belongs to Helm(.*\n)*.*- name: sidecar\n.*\n.*memory: 96Mi/),
    });
    expect(writes()).toEqual([]);
  });
});

describe('an autoscaler that KEDA writes', () => {
  const owner = ownedBy('keda.sh/v1alpha1', 'ScaledObject', 'checkout');
  beforeEach(() => {
    cluster.autoscalers = [anAutoscaler({ owner })];
  });

  it('is not raised: the ScaledObject is, by a person', async () => {
    await expect(act({ raiseHpaMax: { byPercent: 50, atMost: 10 } })).rejects.toMatchObject({
      code: 'MANAGED_ELSEWHERE',
      message: expect.stringMatching(
        /ScaledObject shop\/checkout \(KEDA\)(.*\n)*kind: ScaledObject\n(.*\n)*.*maxReplicaCount: 5/,
      ),
    });
    expect(writes()).toEqual([]);
    await act({ raiseHpaMax: { byPercent: 50, atMost: 10 } }, ['KEDA']);
    expect(writes()).toEqual(['setAutoscalerMax checkout 5']);
  });

  it('holds the number of replicas, and the refusal of scale names its ScaledObject', async () => {
    await expect(act({ scale: { add: 1, max: 9 } }, ['KEDA'])).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
      message: expect.stringContaining('which ScaledObject shop/checkout writes, holds its number of replicas'),
    });
  });
});

describe('a workload that a VerticalPodAutoscaler sizes', () => {
  const vertical = {
    ref: { kind: 'VerticalPodAutoscaler', namespace: 'shop', name: 'v', uid: 'u' },
    scales: 'checkout',
  };
  const raise = { raiseMemoryLimit: { atMost: '128Mi', inPlace: 'Never' } };

  it('is not given another limit, unless the policy names VPA', async () => {
    put({});
    cluster.verticals = [{ ...vertical, mode: 'Recreate' }];
    await expect(act(raise)).rejects.toMatchObject({
      code: 'MANAGED_ELSEWHERE',
      message: expect.stringContaining('belongs to VerticalPodAutoscaler shop/v (VPA)'),
    });
    expect(writes()).toEqual([]);
    await act(raise, ['VPA']);
    expect(writes()).toEqual(['changeWorkload checkout memory app 96Mi']);
  });

  it('is given one where the autoscaler only recommends', async () => {
    put({});
    cluster.verticals = [{ ...vertical, mode: 'Off' }];
    await act(raise);
    expect(writes()).toEqual(['changeWorkload checkout memory app 96Mi']);
  });
});
