import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Prometheus } from '../../activities/prometheus.ts';
import { verify } from '../../activities/verify.ts';
import { aContainer, agoMs, aNode, anOomKilledPod, aPod, aWorkload, threePods } from './support/builders.ts';
import { anAlert, aPolicy, depsOf } from './support/cluster-deps.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
  cluster.putWorkload(aWorkload({ counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }));
});

describe('the evidence of a rollout that is stuck', () => {
  it('is the pod that it waits for, with its events', async () => {
    const cluster = new TestCluster();
    const condition = {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'timed out',
    };
    cluster.putWorkload(aWorkload({ conditions: [condition] }));
    const state = { kind: 'waiting' as const, reason: 'ContainerCreating', message: '' };
    const stuck = aPod({
      name: 'checkout-9',
      phase: 'Pending',
      isReady: false,
      containers: [aContainer({ isReady: false, state })],
    });
    // The old ones serve; one of them has restarted more often than the new one, which never started.
    cluster.pods = [aPod({ name: 'checkout-2', containers: [aContainer({ restarts: 7 })] }), stuck];
    cluster.podLog = async () => undefined;
    cluster.listEvents = async ({ name }) =>
      name === 'checkout-9'
        ? [{ atMs: agoMs(10), reason: 'FailedMount', note: 'configmap "settings" not found', count: 9 }]
        : [];
    const workloadCondition = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
    const policies = () => [aPolicy({ verify: [{ workloadCondition }] })];
    const alert = anAlert({ namespace: 'shop', deployment: 'checkout' });
    const assessment = await verify(depsOf(cluster, { policies }), { alert });
    expect(assessment).toMatchObject({
      kind: 'actionable',
      captured: {
        status: expect.arrayContaining([expect.stringContaining('pod checkout-9 is Pending')]),
        events: ['2026-03-01T09:59:50.000Z FailedMount: configmap "settings" not found (9 times)'],
      },
    });
    expect(assessment.target).not.toHaveProperty('pod');
  });
});

describe('verify with labels of the alert in a query', () => {
  const policies = () => [aPolicy({ verify: [{ promql: { query: 'up{job={{labels.job}}} == 0', for: '30s' } }] })];
  const labels = { namespace: 'shop', pod: 'checkout-1' };

  it('asks with the label as text, for as long as the policy wants', async () => {
    const asked: unknown[] = [];
    const prometheus: Prometheus = {
      query: async (...question) => {
        asked.push(question);
        return [0];
      },
    };
    const assessment = await verify(depsOf(cluster, { policies, prometheus }), {
      alert: anAlert({ ...labels, job: 'a"} or vector(1) #' }),
    });
    expect(asked).toEqual([['up{job="a\\"} or vector(1) #"} == 0', { heldForMs: 30_000 }]]);
    expect(assessment).toMatchObject({
      kind: 'actionable',
      evidence: [expect.stringMatching(/^measured 0 for 30s: promql up\{/)],
      captured: { status: expect.arrayContaining([expect.stringMatching(/^measured 0 for 30s: promql up\{/)]) },
    });
  });

  it.each([
    ['lacks', {}],
    ['has empty', { job: '' }],
  ])('does nothing for an alert that %s the label, however well the pods are', async (_, job) => {
    cluster.pods = threePods();
    cluster.putWorkload(aWorkload());
    const asked: string[] = [];
    const prometheus: Prometheus = { query: async (query) => [asked.push(query)] };
    const alert = anAlert({ ...labels, ...job });
    expect(await verify(depsOf(cluster, { policies, prometheus }), { alert })).toMatchObject({
      ...{ kind: 'notActionable', reason: 'faultUnproven', detail: expect.stringContaining('label job') },
    });
    expect(asked).toEqual([]);
  });
});

describe('verify with a check that has a name', () => {
  const query = 'max(used{pod="{{pod}}"}) > 0.8';
  const policies = () => [aPolicy({ verify: [{ name: 'memory above 80 % of the limit', promql: { query } }] })];
  const alert = anAlert({ namespace: 'shop', pod: 'checkout-1' });
  const answering = (values: number[]): Prometheus => ({
    query: async () => values,
    measure: async (promql) => (promql === 'max(used{pod="checkout-1"})' ? 0.62499 : undefined),
  });
  const verified = (values: number[]) =>
    verify(depsOf(cluster, { policies, prometheus: answering(values) }), { alert });

  it('says it in one line with the figure, and shows no query', async () => {
    cluster.pods = threePods();
    cluster.putWorkload(aWorkload());
    const { kind, detail } = (await verified([])) as { kind: string; detail: string };
    expect({ kind, detail }).toEqual({
      kind: 'recovered',
      detail:
        'shop/checkout-1 does not show memory above 80 % of the limit: 0.625 now, where the check asks for > 0.8, and all 3 pods of the workload are ready',
    });
  });

  it('keeps the query in the evidence', async () => {
    expect(await verified([0.93])).toMatchObject({
      kind: 'actionable',
      evidence: ['memory above 80 % of the limit: measured 0.93: promql max(used{pod="checkout-1"}) > 0.8'],
    });
  });
});

describe('verify with other live checks', () => {
  const withChecks = (...checks: unknown[]) => depsOf(cluster, { policies: () => [aPolicy({ verify: checks })] });
  const notAvailable = { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: '' };

  it('judges the workload itself, and then takes no pod', async () => {
    const deps = withChecks({ workloadCondition: { type: 'Available', status: 'False' } });
    const alert = anAlert({ namespace: 'shop', deployment: 'checkout' });
    expect(await verify(deps, { alert })).toMatchObject({
      ...{ kind: 'notActionable', reason: 'faultGone', detail: expect.stringContaining('has no condition Available') },
    });
    cluster.putWorkload(aWorkload({ conditions: [notAvailable] }));
    const assessment = await verify(deps, { alert });
    expect(assessment).toMatchObject({ kind: 'actionable', fault: 'MemoryLeakDetected' });
    expect('target' in assessment && assessment.target?.pod).toBe(undefined);
  });

  it('finds the pod whose node shows the condition', async () => {
    const conditions = [{ type: 'MemoryPressure', status: 'True', reason: '', message: '' }];
    cluster.nodes = [aNode(), aNode({ name: 'node-2', conditions })];
    cluster.put(aPod({ name: 'checkout-3', nodeName: 'node-2' }));
    const check = { nodeCondition: { type: 'MemoryPressure', status: 'True' } };
    const alert = anAlert({ namespace: 'shop', deployment: 'checkout' });
    const found = { kind: 'actionable', target: { pod: { name: 'checkout-3' } } };
    expect(await verify(withChecks(check), { alert })).toMatchObject(found);
    cluster.nodes = [];
    expect(await verify(withChecks(check), { alert })).toMatchObject({
      kind: 'notActionable',
      reason: 'faultUnproven',
    });
  });

  it('says when restarts cannot be proven, and what would prove them', async () => {
    const deps = withChecks({ restarts: { atLeast: 3, within: '10m' } });
    expect(await verify(deps, { alert: anAlert() })).toMatchObject({
      ...{ kind: 'notActionable', reason: 'faultUnproven', detail: expect.stringContaining('increase(') },
    });
    cluster.put({ ...anOomKilledPod(), createdAtMs: agoMs(300) });
    expect(await verify(deps, { alert: anAlert() })).toMatchObject({ kind: 'actionable' });
  });

  it('calls a workload recovered that is well, whatever an old counter may mean', async () => {
    const container = aContainer({ restarts: 9 });
    cluster.pods = [...threePods().slice(1), aPod({ containers: [container] })];
    cluster.putWorkload(aWorkload());
    const deps = withChecks({ restarts: { atLeast: 3, within: '10m' } });
    expect(await verify(deps, { alert: anAlert() })).toMatchObject({ kind: 'recovered' });
  });
});
