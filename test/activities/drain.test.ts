import { beforeEach, describe, expect, it } from '@jest/globals';
import drainNode from '../../activities/actions/drain-node.ts';
import type { ClusterDeps } from '../../activities/cluster-deps.ts';
import type { RemediateInput } from '../../activities/contract.ts';
import { drain as emptyNode } from '../../activities/drain.ts';
import { remediate } from '../../activities/remediate.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { nodeAsWorkload } from '../../domain/target/node-as-workload.ts';
import { permitted, policyFor } from '../support/permitted.ts';
import { anActionContext } from './support/action-context.ts';
import { aContainer, aNode, anActionAlert, aPod, aTarget, nowMs } from './support/builders.ts';
import { depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.nodes = [aNode({ labels: { pool: 'web' } }), aNode({ name: 'node-2' })];
  cluster.workloads = [];
  // What is evicted is gone at the next look.
  cluster.before = (call) => {
    if (call.startsWith('listPodsOn')) cluster.pods = cluster.pods.filter(({ isTerminating }) => !isTerminating);
  };
});

const { pod: _, ...rest } = aTarget();
const anInput = (params: object = {}, changes: Partial<RemediateInput> = {}): RemediateInput => ({
  target: { ...rest, namespace: '', workload: nodeAsWorkload(aNode()).ref },
  policy: 'nodes',
  step: {
    action: 'drainNode',
    params: drainNode.params.parse(params),
    withinMs: 60_000,
    approval: 'Required',
    risk: 'high',
    takesPodAway: false,
    takesLong: true,
  },
  token: 'run-1.0',
  dryRun: false,
  alert: anActionAlert,
  ...changes,
});
const inForce = (input: RemediateInput, deps: Partial<ClusterDeps>) => ({
  policies: () => [policyFor(input, { nodes: { pool: 'web' } })],
  ...deps,
});
const drain = (input = anInput(), deps: Partial<ClusterDeps> = {}) =>
  startActivity(
    (given: RemediateInput) => remediate(depsOf(cluster, inForce(input, deps)), given),
    permitted(input, nowMs),
    {
      scheduledTimestampMs: nowMs,
    },
  ).result;
const evictions = () => cluster.calls.filter((call) => call.startsWith('evictPod'));

describe('a drain', () => {
  it('cordons first, and evicts each pod that something replaces', async () => {
    const daemon = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'logs', uid: 'uid-logs' };
    cluster.pods = [
      aPod(),
      aPod({ name: 'logs-1', owner: daemon }),
      aPod({ name: 'static', isMirror: true }),
      aPod({ name: 'done', phase: 'Succeeded' }),
      aPod({ name: 'elsewhere', nodeName: 'node-2' }),
    ];
    expect(await drain()).toEqual({ summary: 'drained node node-1: 1 pods evicted', changed: true });
    const acts = cluster.calls.filter((call) => /^(cordon|evict)/.test(call));
    expect(acts).toEqual(['cordonNode node-1 run-1.0', 'evictPod checkout-1']);
  });

  describe('of a node that does not answer', () => {
    const silent = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: '' };
    const fallSilent = () => cluster.putNode(aNode({ isReady: false, conditions: [silent], labels: { pool: 'web' } }));

    it.each([false, true])('is refused before anything is done (dry run: %s)', async (dryRun) => {
      fallSilent();
      await expect(drain(anInput({}, { dryRun }))).rejects.toMatchObject({
        code: 'NOT_APPLICABLE',
        message: 'node node-1 is not drained: it does not answer, so nothing would stop its pods',
      });
      expect(cluster.calls.filter((call) => /^(cordon|evict)/.test(call))).toEqual([]);
    });

    it('ends as unfinished where the node falls silent on the way', async () => {
      const held = aPod({ name: 'held' });
      cluster.pods = [held, aPod({ name: 'last' })];
      const { evictPod } = cluster;
      cluster.evictPod = (ref, options) => {
        fallSilent();
        if (ref.name === 'held') throw new MendflowError('EVICTION_BLOCKED', 'no');
        return evictPod.call(cluster, ref, options);
      };
      await expect(drain()).rejects.toMatchObject({
        code: 'STEP_UNFINISHED',
        message: 'node node-1 is not drained: it does not answer, so nothing would stop its pods',
      });
    });
  });

  it('waits for a pod in its startup probe', async () => {
    const containers = [aContainer({ isReady: false, isStarting: true })];
    cluster.pods = [aPod({ containers })];
    const first = anInput();
    await expect(drain({ ...first, step: { ...first.step, withinMs: 1_000 } })).rejects.toMatchObject({
      code: 'STEP_UNFINISHED',
      message: expect.stringContaining('Pod shop/checkout-1 is not taken while it starts'),
    });
    expect(evictions()).toEqual([]);
  });

  it('leaves alone what is ours, labelled out, paused or of a system namespace', async () => {
    const labels = { 'mendflow.dev/remediation': 'disabled' };
    const ours = { 'app.kubernetes.io/part-of': 'mendflow' };
    const at = (namespace: string, name: string) => ({ ...aPod().ref, namespace, name });
    cluster.namespace('quiet', { annotations: { 'mendflow.dev/pause-until': '2026-03-01T11:00:00Z' } });
    cluster.pods = [
      aPod({ name: 'out', labels }),
      aPod({ name: 'ours', labels: ours }),
      aPod({ ref: at('quiet', 'resting') }),
      aPod({ ref: at('kube-system', 'dns') }),
    ];
    const { summary } = await drain();
    for (const name of ['shop/out', 'shop/ours', 'quiet/resting', 'kube-system/dns']) expect(summary).toContain(name);
    expect(evictions()).toEqual([]);
  });

  it('stops as soon as a kill switch is thrown, and counts as begun', async () => {
    const guardPause = async () => (evictions().length > 0 ? 'paused by ada: stop' : undefined);
    await expect(drain(anInput(), { guardPause })).rejects.toMatchObject({
      code: 'STEP_UNFINISHED',
      message: expect.stringContaining('paused by ada: stop'),
    });
    expect(evictions()).toHaveLength(1);
  });

  it('gives up at once on pods that two disruption budgets cover, and names them', async () => {
    cluster.pods = [aPod()];
    const before = cluster.before;
    cluster.before = (call) => {
      before(call);
      if (call.startsWith('evictPod')) throw new MendflowError('BUDGETS_CONFLICT', 'two budgets');
    };
    await expect(drain()).rejects.toMatchObject({
      code: 'STEP_UNFINISHED',
      message: 'more than one disruption budget covers shop/checkout-1',
    });
  });

  it('asks again for a pod that could not come back only after a while, and says in its own words why it waits', async () => {
    const why = 'Pod shop/checkout-1: no node would take its replacement: 0 of 2 nodes fit: 2 cordoned';
    let clockMs = nowMs;
    const askedAfterMs: number[] = [];
    const evictPod = cluster.evictPod.bind(cluster);
    cluster.evictPod = async (...args) => {
      askedAfterMs.push(clockMs - nowMs);
      if (clockMs < nowMs + 20_000) throw new MendflowError('NOT_REPLACEABLE', why);
      await evictPod(...args);
    };
    cluster.pods = [aPod()];
    const { wait, ...context } = anActionContext(cluster);
    const waitedFor = new Set<string>();
    const pause = async (ms: number, whatFor: string) => {
      waitedFor.add(whatFor);
      clockMs += ms;
    };
    const target = nodeAsWorkload(aNode());
    const bounds = { force: false, deleteEmptyDirData: false, maxPods: 100 };
    await emptyNode({ ...context, target, wait: { ...wait, now: () => clockMs, pause } }, bounds);
    const [first = 0, second = 0, third = 0, ...more] = askedAfterMs;
    expect([second - first >= 15_000, third - second >= 15_000, more]).toEqual([true, true, []]);
    expect(waitedFor).toContain(why);
  });

  it('says in a dry run what would be refused', async () => {
    cluster.pods = [aPod(), aPod({ name: 'checkout-2' })];
    const before = cluster.before;
    cluster.before = (call) => {
      before(call);
      if (call === 'evictPod checkout-2 dry') throw new MendflowError('EVICTION_BLOCKED', 'budget');
    };
    const { summary } = await drain(anInput({}, { dryRun: true }));
    expect(summary).toContain('refused for now: shop/checkout-2 (EVICTION_BLOCKED)');
    expect(cluster.calls).toContain('cordonNode node-1 run-1.0 dry');
  });
});
