import { describe, expect, it } from '@jest/globals';
import { namedTarget } from '../../domain/target/named-target.ts';
import { podLabels } from '../../watcher/sightings.ts';
import { aPod } from '../activities/support/builders.ts';
import { aLedger, seen, startMs } from './builders.ts';

const controlledBy = (kind: string, name: string, apiVersion = 'apps/v1') => ({
  owner: { apiVersion, kind, name, uid: 'uid-owner' },
});
const hash = { labels: { 'pod-template-hash': '7d9f' } };

describe('the labels of a pod', () => {
  it.each([
    ['a Deployment', { ...controlledBy('ReplicaSet', 'checkout-7d9f'), ...hash }, { deployment: 'checkout' }],
    ['a ReplicaSet of its own', controlledBy('ReplicaSet', 'checkout-7d9f'), {}],
    ['a ReplicaSet that is called otherwise', { ...controlledBy('ReplicaSet', 'checkout'), ...hash }, {}],
    ['a StatefulSet', controlledBy('StatefulSet', 'db'), { statefulset: 'db' }],
    ['a StatefulSet of somebody else’s kind', controlledBy('StatefulSet', 'db', 'apps.example.com/v1'), {}],
    ['a DaemonSet', controlledBy('DaemonSet', 'agent'), { daemonset: 'agent' }],
    ['a Job', controlledBy('Job', 'import', 'batch/v1'), {}],
  ])('of %s', (_, changes, workload) => {
    expect(podLabels(aPod(changes))).toEqual({ namespace: 'shop', pod: 'checkout-1', ...workload });
  });
});

const failedAt = (time: string) => ({
  metadata: { name: 'import', namespace: 'shop', uid: 'uid-import' },
  status: {
    conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: time }],
  },
});
const unready = {
  metadata: { name: 'n1', uid: 'uid-n1' },
  status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] },
};
const stuck = {
  metadata: { name: 'checkout', namespace: 'shop', uid: 'uid-d' },
  status: { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] },
};

describe('what is no pod', () => {
  it.each([
    ['job', failedAt('2026-03-01T09:59:00Z'), 'MendflowJobFailed', { namespace: 'shop', job_name: 'import' }],
    ['node', unready, 'MendflowNodeNotReady', { node: 'n1' }],
    ['deployment', stuck, 'MendflowRolloutStuck', { namespace: 'shop', deployment: 'checkout' }],
  ] as const)('a %s is named by labels that name exactly it', (kind, raw, alertname, labels) => {
    const { ledger, put } = aLedger({ toleranceMs: 0 });
    ledger.see(kind, seen(kind, raw), startMs);
    expect(put[0]?.labels).toEqual({ alertname, cluster: 'test', mendflow_source: 'watcher', ...labels });
    expect(namedTarget(put[0]?.labels ?? {})).toMatchObject({ kind: 'named' });
  });

  it('is no fault when a Job failed more than an hour ago, nor once an hour has passed', () => {
    const { ledger, told } = aLedger();
    expect(ledger.concerns(seen('job', failedAt('2026-03-01T08:59:59Z')), startMs)).toBe(false);
    ledger.see('jobs', seen('job', failedAt('2026-03-01T09:59:00Z')), startMs);
    ledger.passTime(startMs + 3_541_000);
    expect(told()).toEqual(['firing MendflowJobFailed', 'resolved MendflowJobFailed']);
  });
});
