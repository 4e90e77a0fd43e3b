import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClusterDeps } from '../../activities/cluster-deps.ts';
import type { RemediateInput } from '../../activities/contract.ts';
import { restartAnnotation } from '../../activities/kubernetes/port.ts';
import { remediate } from '../../activities/remediate.ts';
import type { Check } from '../../domain/policy/policy.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { permitted } from '../support/permitted.ts';
import { aNode, anActionAlert, anOomKilledPod, aPod, aTarget, aWorkload, nowMs } from './support/builders.ts';
import { aPolicy, depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
});

const { steps } = aPolicy().spec;
const [evictPod, rolloutRestart] = steps as [RemediateInput['step'], RemediateInput['step']];

const anInput = (changes: Partial<RemediateInput> = {}): RemediateInput => ({
  target: aTarget(),
  policy: 'memory-leak',
  step: evictPod,
  token: 'run-1.0',
  dryRun: false,
  alert: anActionAlert,
  ...changes,
});
/** `checks` are those of the policy in force, `notAfterMs` is when the ticket ends. */
type Changes = Partial<RemediateInput> & { checks?: Check[]; notAfterMs?: number };
function run(
  { checks, notAfterMs = nowMs + 1_000, ...changes }: Changes = {},
  attempt = 1,
  deps: Partial<ClusterDeps> = {},
) {
  const policy = aPolicy();
  if (checks !== undefined) policy.spec.verify = checks;
  const act = (input: RemediateInput) => remediate(depsOf(cluster, { policies: () => [policy], ...deps }), input);
  const input = permitted(anInput(changes), nowMs, { expiresAtMs: notAfterMs });
  return startActivity(act, input, { attempt, scheduledTimestampMs: nowMs }).result;
}
const acts = () => cluster.calls.filter((call) => /^(evict|restart)/.test(call));

describe('remediate', () => {
  it('reads the pod once, evicts it and records an Event on the pod and its workload', async () => {
    expect(await run()).toEqual({ summary: 'evicted pod shop/checkout-1', changed: true });
    expect(cluster.calls).toEqual([
      'getPod checkout-1',
      'getNamespace shop',
      // Whether a fresh pod would be admitted, and who has room for it.
      'admitReplacement pod checkout-1',
      'listPods shop',
      'listNodes',
      // Its owners, for their labels, and the namespace once more, for a pause, both right before the act.
      'getWorkload Deployment checkout',
      'getWorkload ReplicaSet checkout-7d9f',
      'getNamespace shop',
      'evictPod checkout-1',
      'recordEvent RemediationStarted checkout-1',
      'recordEvent RemediationStarted checkout',
    ]);
  });

  it('restarts the workload while its pod shows the fault', async () => {
    expect(await run({ step: rolloutRestart })).toEqual({
      summary: 'restarted Deployment shop/checkout',
      changed: true,
    });
    expect(acts()).toEqual(['restartWorkload checkout run-1.0']);
  });

  it('says what it would have done in a dry run', async () => {
    expect(await run({ dryRun: true })).toEqual({ summary: 'would have evicted pod shop/checkout-1', changed: false });
    expect(acts()).toEqual(['evictPod checkout-1 dry']);
  });

  const refusals: [name: string, change: () => unknown, input: Changes, code: string][] = [
    ['FAULT_GONE when the pod is well again', () => cluster.put(aPod()), {}, 'FAULT_GONE'],
    ['TARGET_GONE when the pod is gone', () => Object.assign(cluster, { pods: [] }), {}, 'TARGET_GONE'],
    [
      'TARGET_REPLACED when a StatefulSet pod came back under its name',
      () => cluster.put({ ...anOomKilledPod(), ref: { ...aPod().ref, uid: 'uid-new' } }),
      {},
      'TARGET_REPLACED',
    ],
    ['LEASE_EXPIRED when its permit ended', () => undefined, { notAfterMs: nowMs - 1 }, 'LEASE_EXPIRED'],
    [
      'NOT_APPLICABLE for an action it does not know',
      () => undefined,
      { step: { ...evictPod, action: 'deleteEverything' } },
      'NOT_APPLICABLE',
    ],
    [
      'NOT_ALLOWED when a person labelled the pod out',
      () => cluster.put({ ...anOomKilledPod(), labels: { 'mendflow.dev/remediation': 'disabled' } }),
      {},
      'NOT_ALLOWED',
    ],
  ];
  it.each(refusals)('ends with %s', async (_, change, input, code) => {
    change();
    await expect(run(input)).rejects.toMatchObject({ code });
    expect(acts()).toEqual([]);
  });

  it('ends with FAULT_GONE when the pod that showed the fault is gone before its workload is restarted', async () => {
    cluster.pods = [];
    await expect(run({ step: rolloutRestart })).rejects.toMatchObject({ code: 'FAULT_GONE' });
  });

  it('ends with TARGET_REPLACED when the workload is another one', async () => {
    cluster.workloads = [aWorkload({ ref: { ...aWorkload().ref, uid: 'uid-new' } })];
    await expect(run({ step: rolloutRestart })).rejects.toMatchObject({ code: 'TARGET_REPLACED' });
  });

  it('asks Prometheus once more before the act', async () => {
    const promql = [{ promql: { query: 'leak{pod="{{pod}}"}' } }];
    const prometheus = { query: async () => [] };
    await expect(run({ checks: promql }, 1, { prometheus })).rejects.toMatchObject({ code: 'FAULT_GONE' });
    expect(acts()).toEqual([]);
  });

  it('asks Prometheus with the labels of the alert that it was handed', async () => {
    const asked: string[] = [];
    const query = async (promql: string) => {
      asked.push(promql);
      return [1];
    };
    const labelled = [{ promql: { query: 'up{job={{labels.job}}} == 0' } }];
    await expect(run({ checks: labelled }, 1, { prometheus: { query } })).rejects.toMatchObject({ code: 'FAULT_GONE' });
    expect(asked).toEqual([]);
    const alert = { ...anActionAlert, labels: { ...anActionAlert.labels, job: 'api' } };
    await run({ checks: labelled, alert }, 1, { prometheus: { query } });
    expect(asked).toEqual(['up{job="api"} == 0']);
  });

  const liveChecks: [what: string, check: Check, show: () => unknown][] = [
    [
      'the workload',
      { workloadCondition: { type: 'Available', status: 'False' } },
      () =>
        cluster.putWorkload(
          aWorkload({ conditions: [{ type: 'Available', status: 'False', reason: '', message: '' }] }),
        ),
    ],
    [
      'the node',
      { nodeCondition: { type: 'Ready', status: 'Unknown' } },
      () =>
        cluster.putNode({
          ...aNode({ isReady: false }),
          conditions: [{ type: 'Ready', status: 'Unknown', reason: '', message: '' }],
        }),
    ],
    ['the restarts', { restarts: { atLeast: 3, within: 3_600_001 } }, () => cluster.put(anOomKilledPod())],
  ];
  it.each(liveChecks)(
    'reads %s once more before an eviction, and does not act when it is well',
    async (_, check, show) => {
      cluster.put(aPod());
      // Where the evicted pod comes back to.
      cluster.putNode(aNode({ name: 'node-2' }));
      await expect(run({ checks: [check] })).rejects.toMatchObject({ code: 'FAULT_GONE' });
      expect(acts()).toEqual([]);
      show();
      expect(await run({ checks: [check] })).toMatchObject({ changed: true });
    },
  );

  it('does not take another workload of the same name for the one that showed the fault', async () => {
    const conditions = [{ type: 'Available', status: 'False', reason: '', message: '' }];
    cluster.workloads = [aWorkload({ conditions, ref: { ...aWorkload().ref, uid: 'uid-new' } })];
    const checks: Check[] = [{ workloadCondition: { type: 'Available', status: 'False' } }];
    await expect(run({ checks })).rejects.toMatchObject({ code: 'FAULT_GONE' });
  });

  it('does not act once it is cancelled', async () => {
    const lateRead = Promise.withResolvers<void>();
    const slow = Object.assign(new TestCluster(), { pods: cluster.pods });
    const getPod = slow.getPod.bind(slow);
    slow.getPod = (...args) => lateRead.promise.then(() => getPod(...args));
    cluster = slow;
    const input = permitted(anInput(), nowMs);
    const started = startActivity((given: RemediateInput) => remediate(depsOf(slow), given), input, {
      scheduledTimestampMs: nowMs,
    });
    started.cancel();
    lateRead.resolve();
    await expect(started.result).rejects.toMatchObject({ name: 'CancelledFailure' });
    expect(acts()).toEqual([]);
  });

  it('does not act when the read fails', async () => {
    cluster.before = () => {
      throw new MendflowError('CLUSTER_UNAVAILABLE', 'down');
    };
    await expect(run()).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
    expect(acts()).toEqual([]);
  });
});

describe('remediate against a disruption budget', () => {
  it('asks once and says so: waiting is the run’s business, which asks the guard again', async () => {
    cluster.before = (call) => {
      if (call.startsWith('evictPod'))
        throw new MendflowError('EVICTION_BLOCKED', 'needs 3 healthy pods', { retryAfterMs: 1 });
    };
    await expect(run()).rejects.toMatchObject({ code: 'EVICTION_BLOCKED' });
    expect(acts()).toHaveLength(1);
  });
});

describe('remediate once more after a lost answer', () => {
  it('takes the pod’s end for its own act', async () => {
    cluster.put({ ...anOomKilledPod(), isTerminating: true });
    expect(await run({}, 2)).toMatchObject({ changed: false });
    cluster.pods = [];
    expect(await run({}, 2)).toMatchObject({ changed: false });
    expect(acts()).toEqual([]);
  });

  it('finds its token on the workload, even though pod and permit are gone', async () => {
    cluster.pods = [];
    cluster.workloads = [aWorkload({ templateAnnotations: { [restartAnnotation]: 'run-1.0' } })];
    expect(await run({ step: rolloutRestart, notAfterMs: 0 }, 2)).toMatchObject({ changed: false });
    expect(acts()).toEqual([]);
  });

  it('still says TARGET_GONE in a dry run, which took nothing away', async () => {
    cluster.pods = [];
    await expect(run({ dryRun: true }, 2)).rejects.toMatchObject({ code: 'TARGET_GONE' });
  });
});
