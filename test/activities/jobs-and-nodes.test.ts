import { beforeEach, describe, expect, it } from '@jest/globals';
import { explain } from '../../activities/explain.ts';
import { report } from '../../activities/report.ts';
import { verify } from '../../activities/verify.ts';
import { waitForHealthy } from '../../activities/wait-for-healthy.ts';
import type { Node } from '../../domain/target/cluster-context.ts';
import { nodeAsWorkload } from '../../domain/target/node-as-workload.ts';
import type { Target } from '../../domain/target/target.ts';
import { aCompleteJob, aFailedJob, aNode, anOomKilledPod, aTarget, nowMs } from './support/builders.ts';
import { anAlert, aPolicy, depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

const jobAlert = anAlert({ namespace: 'shop', job_name: 'nightly-1', job: 'kube-state-metrics' });
const nodeAlert = anAlert({ node: 'node-1', job: 'node-exporter' });
const jobPolicy = aPolicy({ name: 'jobs', verify: [{ workloadCondition: { type: 'Failed', status: 'True' } }] });
const nodePolicy = (verify: unknown[] = [{ nodeCondition: { type: 'Ready', status: 'Unknown' } }]) =>
  aPolicy({ name: 'nodes', scope: { nodes: { pool: 'workers' } }, verify });
const silent = [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting' }];
const well = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }];
const labels = { pool: 'workers' };
const ofNightly = { apiVersion: 'batch/v1', kind: 'Job', name: 'nightly-1', uid: 'uid-nightly-1' };

let cluster: TestCluster;
const put = (node: Node) => {
  cluster.nodes = [node, aNode({ name: 'node-2' })];
};
beforeEach(() => {
  cluster = new TestCluster();
  cluster.pods = [];
  cluster.workloads = [aFailedJob()];
  put(aNode({ isReady: false, conditions: silent, labels, zone: 'zone-a' }));
});

describe('verify on an alert that names a Job', () => {
  const look = () => verify(depsOf(cluster, { policies: () => [jobPolicy] }), { alert: jobAlert });

  it('finds the failed Job itself, with the words of its pods as evidence', async () => {
    cluster.pods = [{ ...anOomKilledPod('nightly-1-x'), owner: ofNightly }];
    cluster.containerLogs.app = 'cannot reach the database';
    expect(await look()).toMatchObject({
      kind: 'actionable',
      target: { workload: { kind: 'Job', name: 'nightly-1', uid: 'uid-nightly-1' }, facts: { ownerKind: 'Job' } },
      captured: {
        status: expect.arrayContaining([
          expect.stringContaining('Job nightly-1: Failed is True (BackoffLimitExceeded'),
        ]),
        logs: { app: 'cannot reach the database' },
      },
    });
    expect(await look()).not.toHaveProperty('target.pod');
  });

  it('says recovered of a Job that is complete', async () => {
    cluster.workloads = [aCompleteJob()];
    expect(await look()).toMatchObject({ kind: 'recovered', detail: expect.stringContaining('the Job is complete') });
  });

  it('says that the target is gone when the Job is', async () => {
    cluster.workloads = [];
    expect(await look()).toMatchObject({ kind: 'notActionable', reason: 'targetGone' });
  });

  it('never makes a pod of a Job the target', async () => {
    cluster.pods = [{ ...anOomKilledPod('nightly-1-x'), owner: ofNightly }];
    const deps = depsOf(cluster);
    expect(await verify(deps, { alert: jobAlert })).toMatchObject({ kind: 'notActionable', reason: 'faultUnproven' });
    const alert = anAlert({ namespace: 'shop', pod: 'nightly-1-x' });
    expect(await verify(deps, { alert })).toMatchObject({ kind: 'notActionable', reason: 'notOwned' });
  });

  it('does not climb from a Job to the CronJob that made it', async () => {
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'uid-nightly' };
    cluster.workloads = [aFailedJob({ owner })];
    expect(await look()).toMatchObject({ kind: 'actionable', target: { workload: { kind: 'Job' } } });
  });
});

describe('verify on a pod that its node owns', () => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'uid-node-1' };
  const look = () => verify(depsOf(cluster), { alert: anAlert({ namespace: 'shop', pod: 'static-node-1' }) });

  it('names the mirror of a static pod as itself, not as its node', async () => {
    cluster.pods = [{ ...anOomKilledPod('static-node-1'), isMirror: true, owner }];
    expect(await look()).toMatchObject({
      reason: 'mirrorPod',
      target: { workload: { kind: 'Pod', name: 'static-node-1' }, facts: { ownerKind: 'none' } },
    });
  });

  it('takes a pod that only says so for one that nothing would replace', async () => {
    cluster.pods = [{ ...anOomKilledPod('static-node-1'), owner }];
    expect(await look()).toMatchObject({ reason: 'notOwned', target: { workload: { kind: 'Pod' } } });
  });
});

describe('verify on an alert that names a node', () => {
  const look = (policy = nodePolicy()) => verify(depsOf(cluster, { policies: () => [policy] }), { alert: nodeAlert });

  it('finds the node by its own condition, where it is and who is around it', async () => {
    expect(await look()).toMatchObject({
      kind: 'actionable',
      target: { namespace: '', workload: { kind: 'Node', name: 'node-1' }, facts: { isNodeInScope: true } },
      surroundings: { node: 'node-1', zone: 'zone-a', nodes: { total: 2, notReady: 1 } },
      captured: { status: ['Node node-1: Ready is Unknown (NodeStatusUnknown: Kubelet stopped posting)'], missing: [] },
    });
    expect(cluster.calls).toContain('listEvents node-1');
    expect(cluster.calls.filter((call) => call.startsWith('getNamespace'))).toEqual([]);
  });

  it('judges the node as it was read, when the count of the nodes is older than its fault', async () => {
    cluster.listNodes = async () => [aNode({ conditions: well, labels }), aNode({ name: 'node-2' })];
    const deps = depsOf(cluster, { policies: () => [nodePolicy()] });
    expect(await verify(deps, { alert: nodeAlert })).toMatchObject({ kind: 'actionable' });
  });

  it('says recovered of a node that is Ready', async () => {
    put(aNode({ conditions: well, labels }));
    expect(await look()).toMatchObject({ kind: 'recovered', detail: expect.stringContaining('the node is Ready') });
  });

  it('refuses a node that lacks a label of the scope', async () => {
    put(aNode({ isReady: false, conditions: silent, labels: { pool: 'others' } }));
    expect(await look()).toMatchObject({ kind: 'notActionable', reason: 'nodeNotAllowed' });
  });

  it('refuses a broken node of the control plane, and says what is wrong and whom the policy tells', async () => {
    const master = { ...labels, 'node-role.kubernetes.io/control-plane': '' };
    put(aNode({ isReady: false, conditions: silent, labels: master }));
    expect(await look()).toMatchObject({
      kind: 'notActionable',
      reason: 'controlPlaneNode',
      detail: expect.stringMatching(/Ready.*; node node-1 runs the control plane, which is never changed/),
      plan: { policy: expect.any(String) },
    });
    put(aNode({ conditions: well, labels: master }));
    expect(await look()).toMatchObject({ kind: 'recovered' });
  });

  it('refuses a node that a person labelled out, and one that is gone', async () => {
    put(aNode({ isReady: false, conditions: silent, labels: { ...labels, 'mendflow.dev/remediation': 'disabled' } }));
    expect(await look()).toMatchObject({ kind: 'notActionable', reason: 'optedOut' });
    cluster.nodes = [aNode({ name: 'node-2' })];
    expect(await look()).toMatchObject({ kind: 'notActionable', reason: 'targetGone' });
  });

  it('refuses the same name with another uid when the run looks again', async () => {
    const previous: Target = { ...aTarget(), namespace: '', workload: { ...nodeAsWorkload(aNode()).ref, uid: 'old' } };
    const deps = depsOf(cluster, { policies: () => [nodePolicy()] });
    expect(await verify(deps, { alert: nodeAlert, previous })).toMatchObject({ reason: 'targetReplaced' });
  });

  it('does not find a node by a check about a pod', async () => {
    const policy = nodePolicy([{ podCondition: { reason: 'OOMKilled' } }]);
    expect(await look(policy)).toMatchObject({ kind: 'notActionable', reason: 'faultUnproven' });
  });

  it('is explained with the node, its condition and its health', async () => {
    const deps = depsOf(cluster, { policies: () => [nodePolicy()] });
    const look = async (input: { alert: typeof nodeAlert }) => (await explain(deps, input)).look;
    const seen = await startActivity(look, { alert: nodeAlert }).result;
    expect(seen).toMatchObject({
      judgement: { kind: 'actionable' },
      checks: [{ result: 'holds' }],
      found: { chain: ['Node node-1'], health: { kind: 'progressing', why: 'it is not Ready (NodeStatusUnknown)' } },
    });
  });
});

describe('an alert that names what stands for a workload', () => {
  const policy = aPolicy({ verify: [{ workloadCondition: { type: 'Available', status: 'False' } }] });
  const look = (alert: ReturnType<typeof anAlert>) => verify(depsOf(cluster, { policies: () => [policy] }), { alert });
  const claim = anAlert({ namespace: 'shop', persistentvolumeclaim: 'data' });
  const scaled = anAlert({ namespace: 'shop', horizontalpodautoscaler: 'checkout' });
  const unavailable = [{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: '' }];
  const autoscaler = (kind: string) => ({
    ...{ labels: {}, annotations: {}, min: 1, max: 3, current: 3, desired: 3, conditions: [] },
    ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'checkout', uid: 'uid-hpa' },
    scales: { apiVersion: 'apps/v1', kind, name: 'checkout' },
  });
  beforeEach(() => {
    const fresh = new TestCluster();
    cluster.workloads = fresh.workloads.map((workload) => ({ ...workload, conditions: unavailable }));
    cluster.pods = fresh.pods;
  });

  it('is about the one workload whose pods mount the claim', async () => {
    cluster.pods = cluster.pods.map((pod) => ({ ...pod, claims: ['data'] }));
    expect(await look(claim)).toMatchObject({ kind: 'actionable', target: { workload: { name: 'checkout' } } });
  });

  it('is ambiguous when two workloads mount the claim, and about nothing when none does', async () => {
    expect(await look(claim)).toMatchObject({ reason: 'targetGone' });
    const [first, second, third] = cluster.pods.map((pod) => ({ ...pod, claims: ['data'] }));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three pods');
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'uid-db' };
    cluster.pods = [first, second, { ...third, owner }];
    expect(await look(claim)).toMatchObject({
      reason: 'targetAmbiguous',
      detail: expect.stringContaining('checkout-1, checkout-3'),
    });
  });

  it('is about the very pod where only one mounts the claim', async () => {
    cluster.pods = cluster.pods.map((pod, index) => ({ ...pod, claims: index === 1 ? ['data'] : [] }));
    expect(await look(claim)).toMatchObject({ target: { pod: { name: 'checkout-2' } } });
  });

  it('is about what the autoscaler scales, if that is of a kind we touch', async () => {
    expect(await look(scaled)).toMatchObject({ reason: 'targetGone' });
    cluster.autoscalers = [autoscaler('Deployment')];
    expect(await look(scaled)).toMatchObject({ kind: 'actionable', target: { workload: { name: 'checkout' } } });
    cluster.autoscalers = [autoscaler('VirtualMachine')];
    expect(await look(scaled)).toMatchObject({ reason: 'notOwned' });
  });
});

describe('the proof that a Job or a node is well', () => {
  const prove = (target: Target, checks = jobPolicy.spec.verify) => {
    let timeMs = nowMs;
    cluster.before = (call) => {
      if (call.startsWith('getWorkload')) timeMs += 1_000;
    };
    const input = { target, checks, stableForMs: 2_000, withinMs: 10_000 };
    return startActivity((given: typeof input) => waitForHealthy(depsOf(cluster, { now: () => timeMs }), given), input)
      .result;
  };
  const about = (workload: Target['workload']): Target => {
    const { pod: _, ...rest } = aTarget();
    return { ...rest, namespace: workload.namespace, workload };
  };

  it('is the Job’s completion', async () => {
    cluster.workloads = [aCompleteJob()];
    expect(await prove(about(aCompleteJob().ref))).toEqual({ kind: 'healthy', detail: 'the Job was complete for 2s' });
  });

  it('is not given by a Job that fails while it is waited for', async () => {
    const { progressFailure: _, ...job } = aFailedJob({ conditions: [] });
    cluster.workloads = [job];
    let reads = 0;
    const proving = prove(about(job.ref), []);
    const before = cluster.before;
    cluster.before = (call) => {
      before(call);
      reads += 1;
      if (reads > 4) cluster.workloads = [aFailedJob()];
    };
    expect(await proving).toMatchObject({ kind: 'unhealthy', detail: expect.stringContaining('backoff limit') });
  });

  it('is the node being Ready without pressure', async () => {
    put(aNode({ conditions: well, labels }));
    expect(await prove(about(nodeAsWorkload(aNode()).ref), nodePolicy().spec.verify)).toEqual({
      kind: 'healthy',
      detail: 'the node was Ready without pressure for 2s',
    });
  });

  it('is not given by a node that stays silent', async () => {
    const health = await prove(about(nodeAsWorkload(aNode()).ref), nodePolicy().spec.verify);
    expect(health).toMatchObject({ kind: 'unhealthy', detail: expect.stringContaining('it is not Ready') });
  });

  it('is told on the node as on any object', async () => {
    const target = about(nodeAsWorkload(aNode()).ref);
    const policies = () => [aPolicy({ scope: { nodes: { pool: 'web' } } })];
    const input = { target, event: 'RemediationSucceeded', note: 'Ready again', workflowId: 'w' } as const;
    await report(depsOf(cluster, { policies }), input);
    expect(cluster.recorded).toMatchObject([{ regarding: { kind: 'Node', name: 'node-1' }, note: 'Ready again' }]);
  });
});
