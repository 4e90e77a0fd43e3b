import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Prometheus } from '../../activities/prometheus.ts';
import { verify } from '../../activities/verify.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { anOomKilledPod, aPod, aTarget, aWorkload, threePods } from './support/builders.ts';
import { anAlert, aPolicy, depsOf } from './support/cluster-deps.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
  cluster.putWorkload(aWorkload({ counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }));
});

const prometheusWith = (...values: number[]): Prometheus & { asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    query: async (promql) => {
      asked.push(promql);
      return values;
    },
  };
};
const leak = { promql: { query: 'memory{namespace="{{namespace}}",pod="{{pod}}"} > 300e6' } };
const workloadErrors = { promql: { query: 'errors{workload="{{workload}}"} > 5' } };

describe('verify on an alert that names a pod', () => {
  it('finds the fault and the top owner', async () => {
    const assessment = await verify(depsOf(cluster), { alert: anAlert() });
    expect(assessment).toMatchObject({
      kind: 'actionable',
      fault: 'OOMKilled',
      target: {
        cluster: 'test',
        namespace: 'shop',
        workload: { kind: 'Deployment', name: 'checkout', uid: 'uid-checkout' },
        pod: { name: 'checkout-1', uid: 'uid-checkout-1' },
        facts: { ownerKind: 'Deployment', otherReadyPods: 2, desiredPods: 3, isOptedOut: false, isOurs: false },
      },
      plan: { policy: 'memory-leak', mode: 'Auto' },
      evidence: expect.arrayContaining(['OOMKilled: container app was OOMKilled, 3 restarts']),
    });
  });

  it('reads each object once, and then what it keeps as evidence', async () => {
    await verify(depsOf(cluster), { alert: anAlert() });
    expect(cluster.calls.sort()).toEqual([
      'getNamespace shop',
      'getPod checkout-1',
      'getWorkload Deployment checkout',
      'getWorkload ReplicaSet checkout-7d9f',
      'listEvents checkout',
      'listEvents checkout-1',
      'listNodes',
      'listPods shop',
      'podLog app',
    ]);
  });

  it('says recovered when the pod and all of its workload are well', async () => {
    cluster.pods = threePods();
    cluster.putWorkload(aWorkload());
    const assessment = await verify(depsOf(cluster), { alert: anAlert() });
    expect(assessment).toMatchObject({ kind: 'recovered', reason: 'workloadHealthy' });
  });

  it('does not act on a pod that shows another fault', async () => {
    cluster.put(aPod({ isReady: false }));
    const assessment = await verify(depsOf(cluster), { alert: anAlert() });
    expect(assessment).toMatchObject({ kind: 'notActionable', reason: 'faultGone', policy: 'memory-leak' });
  });

  it('does not act on a sibling that shows the fault', async () => {
    cluster.put(anOomKilledPod('checkout-2'));
    const assessment = await verify(depsOf(cluster), { alert: anAlert({ namespace: 'shop', pod: 'checkout-3' }) });
    expect(assessment).toMatchObject({ kind: 'notActionable', reason: 'faultGone' });
  });
});

describe('verify refuses', () => {
  it.each([
    ['an alert of another cluster', { ...anAlert(), cluster: 'other' }, 'foreignCluster'],
    ['a pod that is gone', anAlert({ namespace: 'shop', pod: 'checkout-9' }), 'targetGone'],
    ['an empty pod label', anAlert({ namespace: 'shop', pod: '', deployment: 'checkout' }), 'targetUnnamed'],
    ['a name that is a path', anAlert({ namespace: 'shop', pod: '../nodes/x' }), 'targetInvalid'],
    ['two kinds of workload', anAlert({ namespace: 'shop', deployment: 'a', statefulset: 'a' }), 'targetAmbiguous'],
    ['no name at all', anAlert({ namespace: 'shop' }), 'targetUnnamed'],
    ['a workload that is gone', anAlert({ namespace: 'shop', daemonset: 'checkout' }), 'targetGone'],
    [
      'a pod and a workload that is not its owner',
      anAlert({ namespace: 'shop', pod: 'checkout-1', deployment: 'cart' }),
      'targetAmbiguous',
    ],
    ['a namespace outside the scope', anAlert({ namespace: 'billing', pod: 'checkout-1' }), 'namespaceNotAllowed'],
  ] as const)('%s', async (_, alert, reason) => {
    expect(await verify(depsOf(cluster), { alert })).toMatchObject({ kind: 'notActionable', reason });
  });

  it('an alert that no policy matches, and says why each did not', async () => {
    const deps = depsOf(cluster, { policies: () => [aPolicy()] });
    const alert = { ...anAlert(), labels: { alertname: 'DiskFull', namespace: 'shop', pod: 'checkout-1' } };
    expect(await verify(deps, { alert })).toMatchObject({
      reason: 'noPolicy',
      detail: expect.stringContaining('memory-leak: alertname=~"MemoryLeakDetected|PodCrashLooping" does not match'),
    });
    expect(cluster.calls).toEqual([]);
  });

  it('a pod that is being deleted already', async () => {
    cluster.put({ ...anOomKilledPod(), isTerminating: true });
    expect(await verify(depsOf(cluster), { alert: anAlert() })).toMatchObject({ reason: 'targetGone' });
  });

  it.each([
    ['a bare pod', undefined, 'notOwned', 'none'],
    ['a Job’s pod', { apiVersion: 'batch/v1', kind: 'Job', name: 'import', uid: 'u' }, 'notOwned', 'Job.batch'],
    [
      'a stranger’s Deployment kind',
      { apiVersion: 'example.com/v1', kind: 'Deployment', name: 'x', uid: 'u' },
      'notOwned',
      'Deployment.example.com',
    ],
  ] as const)('%s', async (_, owner, reason, ownerKind) => {
    const { owner: _owner, ...pod } = anOomKilledPod();
    cluster.put({ ...pod, ...(owner && { owner }) });
    const assessment = await verify(depsOf(cluster), { alert: anAlert() });
    expect(assessment).toMatchObject({ kind: 'notActionable', reason, target: { facts: { ownerKind } } });
  });

  it('a pod whose ReplicaSet is another object than its owner reference says', async () => {
    cluster.workloads = [aWorkload()];
    expect(await verify(depsOf(cluster), { alert: anAlert() })).toMatchObject({ reason: 'notOwned' });
  });

  it.each([
    ['the pod', () => cluster.put({ ...anOomKilledPod(), labels: { 'mendflow.dev/remediation': 'disabled' } })],
    ['the workload', () => cluster.putWorkload(aWorkload({ labels: { 'mendflow.dev/remediation': 'disabled' } }))],
    ['the namespace', () => cluster.namespace('shop', { labels: { 'mendflow.dev/remediation': 'disabled' } })],
  ])('a target that is labelled out on %s', async (_, label) => {
    label();
    expect(await verify(depsOf(cluster), { alert: anAlert() })).toMatchObject({ reason: 'optedOut' });
  });

  it('what belongs to Mendflow, and system namespaces', async () => {
    cluster.put({ ...anOomKilledPod(), labels: { 'app.kubernetes.io/part-of': 'mendflow' } });
    expect(await verify(depsOf(cluster), { alert: anAlert() })).toMatchObject({ reason: 'systemNamespace' });
  });

  it('a mirror pod', async () => {
    cluster.put({ ...anOomKilledPod(), isMirror: true });
    expect(await verify(depsOf(cluster), { alert: anAlert() })).toMatchObject({ reason: 'mirrorPod' });
  });
});

describe('verify on an alert that names a workload', () => {
  const alert = anAlert({ namespace: 'shop', deployment: 'checkout' });

  it('picks the pod that shows the fault', async () => {
    expect(await verify(depsOf(cluster), { alert })).toMatchObject({
      kind: 'actionable',
      target: { pod: { name: 'checkout-1' }, facts: { otherReadyPods: 2 } },
    });
  });

  it('picks the pod with the most restarts among several', async () => {
    cluster.put(anOomKilledPod('checkout-2', 9));
    expect(await verify(depsOf(cluster), { alert })).toMatchObject({ target: { pod: { name: 'checkout-2' } } });
  });

  it('takes no pod where no check is about one', async () => {
    const policies = () => [aPolicy({ verify: [workloadErrors] })];
    const prometheus = prometheusWith(7);
    const assessment = await verify(depsOf(cluster, { policies, prometheus }), { alert });
    expect(assessment).toMatchObject({ kind: 'actionable', fault: 'MemoryLeakDetected' });
    expect('target' in assessment && assessment.target?.pod).toBe(undefined);
    expect(prometheus.asked).toEqual(['errors{workload="checkout"} > 5']);
  });
});

describe('verify with Prometheus', () => {
  const policies = () => [aPolicy({ verify: [leak] })];

  it('asks about the pod by the names that the cluster gave', async () => {
    const prometheus = prometheusWith(312e6);
    const assessment = await verify(depsOf(cluster, { policies, prometheus }), { alert: anAlert() });
    expect(assessment).toMatchObject({ kind: 'actionable', fault: 'MemoryLeakDetected' });
    expect(prometheus.asked).toEqual(['memory{namespace="shop",pod="checkout-1"} > 300e6']);
  });

  it('does not act when Prometheus returns nothing', async () => {
    const assessment = await verify(depsOf(cluster, { policies, prometheus: prometheusWith() }), { alert: anAlert() });
    expect(assessment).toMatchObject({ kind: 'notActionable', reason: 'faultGone' });
  });

  it('needs all checks to hold', async () => {
    const both = () => [aPolicy({ verify: [leak, { podCondition: { reason: 'ImagePullBackOff' } }] })];
    const deps = depsOf(cluster, { policies: both, prometheus: prometheusWith(1) });
    expect(await verify(deps, { alert: anAlert() })).toMatchObject({ reason: 'faultGone' });
  });

  it('fails when Prometheus cannot be asked, or is not configured', async () => {
    const prometheus = {
      query: async () => {
        throw new MendflowError('PROMETHEUS_UNAVAILABLE', 'down');
      },
    };
    const call = verify(depsOf(cluster, { policies, prometheus }), { alert: anAlert() });
    await expect(call).rejects.toMatchObject({ code: 'PROMETHEUS_UNAVAILABLE' });
    const unset = verify(depsOf(cluster, { policies }), { alert: anAlert() });
    await expect(unset).rejects.toMatchObject({ code: 'PROMETHEUS_UNAVAILABLE' });
  });
});

describe('verify once more in the same run', () => {
  const previous = aTarget();

  it('judges anew, on the live target, which of the run’s own steps a person must approve', async () => {
    const [evictPod] = aPolicy().spec.steps;
    if (evictPod === undefined) throw new Error('the policy has no step');
    const steps = (['WhenRisky', 'Required', 'None'] as const).map((approval) => ({ ...evictPod, approval }));
    const look = () => verify(depsOf(cluster), { alert: anAlert(), previous, steps });
    expect(await look()).toMatchObject({ needsApproval: [false, true, false] });
    // Without another ready pod the mildest step is risky, whatever the first look said.
    cluster.pods = cluster.pods.filter(({ ref }) => ref.name === 'checkout-1');
    expect(await look()).toMatchObject({ needsApproval: [true, true, false] });
  });

  it('finds the fault on another pod of the same workload', async () => {
    cluster.pods = [aPod({ name: 'checkout-2' }), aPod({ name: 'checkout-3' }), anOomKilledPod('checkout-4')];
    const assessment = await verify(depsOf(cluster), { alert: anAlert(), previous });
    expect(assessment).toMatchObject({ kind: 'actionable', target: { pod: { name: 'checkout-4' } } });
  });

  it('does not act on a fresh pod that is not ready yet', async () => {
    cluster.pods = [...threePods().slice(1), aPod({ name: 'checkout-4', isReady: false, phase: 'Pending' })];
    const assessment = await verify(depsOf(cluster), { alert: anAlert(), previous });
    expect(assessment).toMatchObject({ kind: 'notActionable', reason: 'faultGone' });
  });

  it('says recovered when the workload is well', async () => {
    cluster.pods = threePods();
    cluster.putWorkload(aWorkload());
    expect(await verify(depsOf(cluster), { alert: anAlert(), previous })).toMatchObject({ kind: 'recovered' });
  });

  it.each([
    ['is gone', [], 'targetGone'],
    ['is another object', [aWorkload({ ref: { ...aWorkload().ref, uid: 'uid-new' } })], 'targetReplaced'],
  ] as const)('refuses a workload that %s', async (_, workloads, reason) => {
    cluster.workloads = [...workloads];
    expect(await verify(depsOf(cluster), { alert: anAlert(), previous })).toMatchObject({ reason, target: previous });
  });
});

describe('verify without an answer', () => {
  it.each(['getNamespace', 'getPod', 'getWorkload'])('fails when %s cannot be answered', async (name) => {
    cluster.before = (call) => {
      if (call.startsWith(name)) throw new MendflowError('CLUSTER_UNAVAILABLE', 'down');
    };
    await expect(verify(depsOf(cluster), { alert: anAlert() })).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });
});
