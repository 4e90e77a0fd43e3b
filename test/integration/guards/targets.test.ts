import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardWorkflowId } from '../../../domain/run/contract.ts';
import { removeFault } from '../../../sandbox/faults.ts';
import type { KubernetesObject } from '../../../sandbox/kubernetes-api.ts';
import { type AlertUnderTest, anAlertWith, deliver } from '../../support/product/alerts.ts';
import { type ApiGate, openApiGate } from '../../support/product/api-gate.ts';
import { workerRequests, writesOf } from '../../support/product/audit.ts';
import { type Product, startProduct } from '../../support/product/index.ts';
import { aPolicyFor } from '../../support/product/policies.ts';
import { endOf, liveWhen, reportOf } from '../../support/product/runs.ts';
import { until } from '../../support/product/until.ts';
import {
  aContainer,
  breakOnePod,
  createNamespaces,
  createWorkload,
  isReady,
  podsOf,
} from '../../support/product/workloads.ts';

/** A namespace for each case, so that what was written there was written for it, and no guard counts them together. */
const cases = ['healed', 'gone', 'replaced', 'opted-out', 'fresh', 'storm'] as const;
const barred = ['kube-system', 'openshift-etcd', 'ours', 'excluded', 'rollouts'] as const;
const verify = [{ podCondition: { reason: 'NotReady', for: '1s' } }];
const excludeLabels = { 'example.com/tier': 'vital' };
const policies = [aPolicyFor('Sick', { scope: { namespaces: [...cases, ...barred], excludeLabels }, verify })];

let product: Product;
let gate: ApiGate;

beforeAll(async () => {
  product = await startProduct({
    policies,
    env: { MENDFLOW_GUARD_STORM_AT_LEAST: '5' },
    workerReachesClusterBy: async (sandbox) => {
      gate = await openApiGate(sandbox);
      return gate.kubeconfig;
    },
  });
  await createNamespaces(product.admin, [...cases, ...barred.filter((name) => name !== 'kube-system')]);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await gate?.close();
}, 60_000);

const writesIn = (namespace: string) => writesOf(product.auditLog).filter((write) => write.namespace === namespace);

interface Sick {
  pod: string;
  alert: AlertUnderTest;
}

async function aSick(namespace: string, options: Parameters<typeof createWorkload>[2] = {}): Promise<Sick> {
  const place = { namespace, name: 'web' };
  await createWorkload(product.admin, place, options);
  const pod = await breakOnePod(product.sandbox, product.admin, place, 'not-ready');
  return { pod, alert: anAlertWith({ alertname: 'Sick', namespace, pod }) };
}

describe('when the permit is given and the worker looks at the pod a last time', () => {
  type Change = (sick: Sick, namespace: string) => Promise<void>;
  const podPath = (namespace: string, pod: string) => `/api/v1/namespaces/${namespace}/pods/${pod}`;
  const allWell = (namespace: string, without: string) =>
    until('all pods are well', async () => {
      const pods = await podsOf(product.admin, { namespace, name: 'web' }, { isTerminatingToo: true });
      return pods.length === 3 && pods.every((pod) => pod.metadata.uid !== without && isReady(pod));
    });
  const heal: Change = async ({ pod }, namespace) => {
    await removeFault(product.sandbox.kubernetes.adminKubeconfig, { namespace, pod });
    await allWell(namespace, 'none');
  };
  const takeAway: Change = async ({ pod }, namespace) => {
    const { metadata } = await product.admin.call<{ metadata: { uid: string } }>('DELETE', podPath(namespace, pod));
    await allWell(namespace, metadata.uid);
  };
  const optOut: Change = async ({ pod }, namespace) => {
    const content = { metadata: { labels: { 'mendflow.dev/remediation': 'disabled' } } };
    await product.admin.call('PATCH', podPath(namespace, pod), { type: 'application/merge-patch+json', content });
  };

  it.each<[string, string, Change, 'Deployment' | 'StatefulSet', string]>([
    ['a pod that has healed meanwhile is left alone', 'healed', heal, 'Deployment', 'FAULT_GONE'],
    ['a pod that is gone meanwhile is left alone', 'gone', takeAway, 'Deployment', 'TARGET_GONE'],
    ['a well pod that has taken its name is left alone', 'replaced', takeAway, 'StatefulSet', 'TARGET_REPLACED'],
  ])(
    '%s',
    async (_, namespace, change, kind, code) => {
      const sick = await aSick(namespace, { kind });
      // Verifying read it once; the second read is the act's own.
      const held = gate.hold(`GET ${podPath(namespace, sick.pod)}`, 2);
      expect(await deliver(product.url, [sick.alert])).toMatchObject({ status: 202 });
      await held.came;
      expect(await liveWhen(product.url, sick.alert.id, () => true)).toMatchObject({ phase: 'Remediating' });
      await change(sick, namespace);
      held.release();
      const report = await reportOf(product.temporal, sick.alert.id);
      expect(report).toMatchObject({ outcome: 'recovered', reason: 'workloadHealthy', steps: [] });
      expect(report.timeline).toContainEqual(expect.objectContaining({ detail: { code } }));
      expect(writesIn(namespace)).toEqual([]);
    },
    60_000,
  );

  it('a pod that was labelled out of remediation meanwhile is left alone, and the run says so', async () => {
    const sick = await aSick('opted-out');
    const held = gate.hold(`GET ${podPath('opted-out', sick.pod)}`, 2);
    await deliver(product.url, [sick.alert]);
    await held.came;
    await optOut(sick, 'opted-out');
    held.release();
    const report = await reportOf(product.temporal, sick.alert.id);
    expect(report).toMatchObject({ outcome: 'notActionable', reason: 'optedOut', steps: [] });
    expect(writesIn('opted-out')).toEqual([]);
  }, 60_000);

  it('a pod that is still ill is evicted, after a live read of it that is at most 5 s old', async () => {
    const sick = await aSick('fresh');
    await deliver(product.url, [sick.alert]);
    expect(await endOf(product.temporal, sick.alert.id)).toBe('remediated');
    expect(writesIn('fresh')).toMatchObject([{ what: 'create pods/eviction', name: sick.pod, code: 201 }]);
    const asked = workerRequests(product.auditLog).filter(
      ({ name, namespace }) => name === sick.pod && namespace === 'fresh',
    );
    const eviction = asked.find(({ resource }) => resource === 'pods/eviction');
    const read = asked.findLast(
      ({ resource, verb, answeredAtMs }) =>
        resource === 'pods' && verb === 'get' && answeredAtMs < (eviction?.receivedAtMs ?? 0),
    );
    expect((eviction?.receivedAtMs ?? 0) - (read?.receivedAtMs ?? 0)).toBeLessThanOrEqual(5_000);
    // A read that names a version may be answered from a cache.
    expect(read?.uri).not.toContain('resourceVersion');
  }, 60_000);
});

describe('nothing is asked of the API server but reads, and the reason is recorded, for an ill pod', () => {
  const sickWorkload = (options: Parameters<typeof createWorkload>[2]) => (namespace: string) =>
    aSick(namespace, options);
  /** A pod that says it is controlled by something of this kind. */
  const sickPodOf = (apiVersion: string, kind: string) => async (namespace: string) => {
    const name = `web-of-${apiVersion.split('/')[0]}`;
    const owner = { apiVersion, kind, name: 'web', uid: '00000000-0000-4000-8000-000000000000', controller: true };
    const annotations = { 'sandbox.mendflow.dev/fault': 'not-ready' };
    const pod: KubernetesObject = {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, annotations, ownerReferences: [owner] } },
      spec: { nodeName: 'node-a1', containers: [aContainer], automountServiceAccountToken: false },
    } as KubernetesObject;
    await product.admin.apply([pod]);
    return { pod: name, alert: anAlertWith({ alertname: 'Sick', namespace, pod: name }) };
  };

  it.each<[string, string, (namespace: string) => Promise<Sick>, string]>([
    ['of a Deployment in kube-system', 'kube-system', sickWorkload({}), 'systemNamespace'],
    ['of a Deployment in a namespace of OpenShift', 'openshift-etcd', sickWorkload({}), 'systemNamespace'],
    [
      'of Mendflow’s own',
      'ours',
      sickWorkload({ labels: { 'app.kubernetes.io/part-of': 'mendflow' } }),
      'systemNamespace',
    ],
    ['of a workload that the policy excludes', 'excluded', sickWorkload({ labels: excludeLabels }), 'optedOut'],
    ['of a controller that we do not know', 'rollouts', sickPodOf('argoproj.io/v1alpha1', 'Rollout'), 'notOwned'],
    [
      'of a Deployment that is none of Kubernetes’ own',
      'rollouts',
      sickPodOf('example.com/v1', 'Deployment'),
      'notOwned',
    ],
  ])(
    '%s',
    async (_, namespace, make, reason) => {
      const { alert } = await make(namespace);
      expect(await deliver(product.url, [alert])).toMatchObject({ status: 202 });
      const report = await reportOf(product.temporal, alert.id);
      expect(report).toMatchObject({ outcome: 'notActionable', reason, steps: [] });
      expect(writesIn(namespace)).toEqual([]);
    },
    60_000,
  );
});

// The last one: the breaker stays open.
describe('alerts of all workloads of a namespace, one of which is ill', () => {
  it('open the breaker before it is acted upon, though only its run asks the guard', async () => {
    const { alert } = await aSick('storm');
    const well = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(well.map((name) => createWorkload(product.admin, { namespace: 'storm', name }, { replicas: 1 })));
    const alerts = await Promise.all(
      well.map(async (name) => {
        const pod = (await podsOf(product.admin, { namespace: 'storm', name }))[0]?.metadata.name ?? '';
        return anAlertWith({ alertname: 'Sick', namespace: 'storm', pod });
      }),
    );
    const guard = product.temporal.workflow.getHandle(guardWorkflowId('sandbox'));
    const { historyLength: before } = await guard.describe();
    await deliver(product.url, [...alerts, alert]);
    expect(await reportOf(product.temporal, alert.id)).toMatchObject({ outcome: 'denied', reason: 'storm' });
    expect(writesIn('storm')).toEqual([]);
    // The intake's message, the request, and the message to people.
    expect((await guard.describe()).historyLength - before).toBeLessThan(60);
  }, 60_000);
});
