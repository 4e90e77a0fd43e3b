import { beforeEach, describe, expect, it } from '@jest/globals';
import { createClusterActivities } from '../../activities/cluster-activities.ts';
import type { ClusterDeps } from '../../activities/cluster-deps.ts';
import type { Prometheus } from '../../activities/prometheus.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { anOomKilledPod, aWorkload } from './support/builders.ts';
import { anAlert, aPolicy, depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

const lookedNow = (deps: ClusterDeps, input: { alert: Alert }) =>
  startActivity(createClusterActivities(deps).explain, input).result;

const explain = async (deps: ClusterDeps, input: { alert: Alert }) => (await lookedNow(deps, input)).look;

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
  cluster.put(anOomKilledPod());
  cluster.putWorkload(aWorkload({ counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }));
});

const broken: Prometheus = {
  query: async () => {
    throw new MendflowError('PROMETHEUS_UNAVAILABLE', 'Prometheus: connection refused');
  },
};
const leak = { promql: { query: 'memory{pod="{{pod}}"} > 300e6' } };
const oom = { podCondition: { reason: 'OOMKilled' } };

describe('explain', () => {
  it('names the owners from the pod up, the facts, the health and each check’s evidence', async () => {
    const look = await explain(depsOf(cluster), { alert: anAlert() });
    expect(look).toMatchObject({
      policy: 'memory-leak',
      named: { namespace: 'shop', pod: 'checkout-1' },
      found: {
        chain: ['Pod checkout-1', 'ReplicaSet checkout-7d9f', 'Deployment checkout'],
        target: { facts: { otherReadyPods: 2, desiredPods: 3 } },
        health: { kind: 'progressing' },
      },
      checks: [{ result: 'holds', evidence: expect.stringContaining('container app was OOMKilled, 3 restarts') }],
      surroundings: { namespace: { total: 3, unhealthy: 1 }, node: 'node-1', zone: 'zone-a' },
      judgement: { kind: 'actionable', detail: 'OOMKilled' },
    });
  });

  it('says of every other policy why it does not drive', async () => {
    const policies = [aPolicy(), aPolicy({ name: 'other', scope: { namespaces: ['elsewhere'] } })];
    const look = await explain(depsOf(cluster, { policies: () => policies }), { alert: anAlert() });
    expect(look).toMatchObject({
      policy: 'memory-leak',
      losers: [{ policy: 'other', why: 'namespace "shop" is outside its scope' }],
    });
  });

  it('looks at all of it also where nothing would be done', async () => {
    cluster.namespace('shop', { annotations: { 'mendflow.dev/pause-until': '2026-03-02T00:00:00Z' } });
    const look = await explain(depsOf(cluster), { alert: anAlert() });
    expect(look.judgement).toMatchObject({ kind: 'notActionable', reason: 'paused' });
    expect(look).toMatchObject({ checks: [{ result: 'holds' }], surroundings: {}, plan: { policy: 'memory-leak' } });
  });

  it('tells which mode is the strictest', async () => {
    cluster.namespace('shop', { annotations: { 'mendflow.dev/mode': 'Approve' } });
    const look = await explain(depsOf(cluster), { alert: anAlert() });
    expect(look.modes).toEqual({ policy: 'Auto', namespace: 'Approve', configuration: 'Auto' });
    expect(look.plan).toMatchObject({
      mode: 'Approve',
      steps: expect.arrayContaining([expect.objectContaining({ approval: 'Required' })]),
    });
  });

  it('shows the policy and the ladder also where the object is gone', async () => {
    const alert = anAlert({ namespace: 'shop', pod: 'checkout-9' });
    const look = await explain(depsOf(cluster), { alert });
    expect(look).toMatchObject({
      policy: 'memory-leak',
      plan: { policy: 'memory-leak' },
      notFound: { reason: 'targetGone', detail: 'there is no pod shop/checkout-9' },
      judgement: { kind: 'notActionable', reason: 'targetGone' },
    });
    expect(look.found).toBeUndefined();
  });

  it('takes the pod that shows the fault where the labels name the workload', async () => {
    const alert = anAlert({ namespace: 'shop', deployment: 'checkout' });
    const look = await explain(depsOf(cluster), { alert });
    expect(look.found?.chain[0]).toBe('Pod checkout-1');
  });

  it('says of a check that cannot be asked that it is unknown, and still judges the others', async () => {
    const policies = [aPolicy({ verify: [oom, leak] })];
    const look = await explain(depsOf(cluster, { policies: () => policies, prometheus: broken }), { alert: anAlert() });
    expect(look.checks.map(({ result }) => result)).toEqual(['holds', 'unknown']);
    expect(look.judgement).toMatchObject({ kind: 'unreadable', detail: 'Prometheus: connection refused' });
  });

  it('fails when the cluster cannot be read', async () => {
    cluster.before = () => {
      throw new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused');
    };
    await expect(explain(depsOf(cluster), { alert: anAlert() })).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });

  it.each(['Observe', 'DryRun', 'Approve', 'Auto'] as const)(
    'says in mode %s that the pod could not come back, in the API server’s words',
    async (mode) => {
      cluster.refusesPods = 'its replacement would not be admitted: 403 exceeded quota: q';
      const policy = aPolicy();
      policy.spec.mode = mode;
      const look = await explain(depsOf(cluster, { policies: () => [policy] }), { alert: anAlert() });
      expect(look.refused).toEqual({
        ...{ step: 0, code: 'NOT_REPLACEABLE' },
        detail: 'evictPod: Pod shop/checkout-1: its replacement would not be admitted: 403 exceeded quota: q',
      });
    },
  );

  it('says which right is missing to know whether the pod could come back', async () => {
    cluster.before = (call) => {
      if (call.startsWith('admitReplacement')) throw new MendflowError('PERMISSION_DENIED', 'pods is forbidden');
    };
    expect(await explain(depsOf(cluster), { alert: anAlert() })).toMatchObject({
      refused: { code: 'PERMISSION_DENIED', detail: 'evictPod: pods is forbidden' },
    });
  });

  it('changes nothing', async () => {
    expect(await explain(depsOf(cluster), { alert: anAlert() })).not.toHaveProperty('refused');
    expect(cluster.calls.filter((call) => /^(evict|restart|record)/.test(call))).toEqual([]);
  });
});
