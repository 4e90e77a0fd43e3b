import { describe, expect, it } from '@jest/globals';
import { healthOf } from '../../../domain/target/health.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { aPod, aWorkload, threePods } from '../../activities/support/builders.ts';

const ofKind = (kind: string, changes: Partial<Workload> = {}) =>
  aWorkload({ ref: { ...aWorkload().ref, kind }, ...changes });
const well = { replicas: 3, updated: 3, ready: 3, available: 3 };
const lessOne = (...names: (keyof typeof well)[]) => ({
  ...well,
  ...Object.fromEntries(names.map((name) => [name, 2])),
});

type Row = [fact: string, workload: Workload, pods: Pod[], health: object];

const healthy: Row[] = [
  ['a Deployment whose pods are all updated, available and ready', aWorkload(), threePods(), { kind: 'healthy' }],
  ['a StatefulSet at its update revision', ofKind('StatefulSet'), threePods(), { kind: 'healthy' }],
  [
    'a partitioned StatefulSet whose upper ordinals are updated',
    ofKind('StatefulSet', { partition: 1, isRevisionCurrent: false, counts: lessOne('updated') }),
    threePods(),
    { kind: 'healthy' },
  ],
  ['a DaemonSet on all of its nodes', ofKind('DaemonSet'), threePods(), { kind: 'healthy' }],
  [
    'a ReplicaSet without a rollout',
    ofKind('ReplicaSet', { strategy: 'None', counts: { ...well, updated: 0 } }),
    threePods(),
    { kind: 'healthy' },
  ],
  [
    'an OnDelete workload with old pods that are ready',
    ofKind('DaemonSet', { strategy: 'OnDelete', counts: { ...well, updated: 0 } }),
    threePods(),
    { kind: 'healthy' },
  ],
  [
    'a workload with a further pod that is being deleted',
    aWorkload(),
    [...threePods(), aPod({ name: 'old', isReady: false, isTerminating: true })],
    { kind: 'healthy' },
  ],
  [
    'a workload with the remains of an evicted pod',
    aWorkload(),
    [...threePods(), aPod({ name: 'old', isReady: false, phase: 'Failed' })],
    { kind: 'healthy' },
  ],
];

/** The API server refuses the pods that a Deployment's controller would make. */
const refused = (message: string, status = 'True') => [
  { type: 'ReplicaFailure', status, reason: 'FailedCreate', message },
];

const progressing: Row[] = [
  [
    'with a pod that the API server refuses, in its own words',
    aWorkload({ conditions: refused('pods "checkout-" is forbidden: exceeded quota: q') }),
    threePods().slice(1),
    { why: '2 of 3 pods exist: FailedCreate: pods "checkout-" is forbidden: exceeded quota: q' },
  ],
  [
    'whose pods the API server refused before, and does not any more',
    aWorkload({ conditions: refused('exceeded quota: q', 'False') }),
    threePods().slice(1),
    { why: '2 of 3 pods exist' },
  ],
  [
    'whose change its controller has not seen',
    aWorkload({ generation: 3 }),
    threePods(),
    { why: 'its controller has not seen the latest change yet' },
  ],
  [
    'with pods that are not updated',
    aWorkload({ counts: lessOne('updated', 'replicas') }),
    threePods(),
    { why: '2 of 3 pods are updated' },
  ],
  [
    'with an old pod left',
    aWorkload({ counts: { ...well, replicas: 4 } }),
    threePods(),
    { why: '1 old pods are left' },
  ],
  [
    'with a pod that is not available',
    aWorkload({ counts: lessOne('available') }),
    threePods(),
    { why: '2 of 3 pods are available' },
  ],
  [
    'that is a StatefulSet with an unready pod',
    ofKind('StatefulSet', { counts: lessOne('ready') }),
    threePods(),
    { why: '2 of 3 pods are ready' },
  ],
  [
    'that is a StatefulSet between two revisions',
    ofKind('StatefulSet', { isRevisionCurrent: false }),
    threePods(),
    { why: 'its update revision is not rolled out yet' },
  ],
  [
    'that is a DaemonSet with an unavailable pod',
    ofKind('DaemonSet', { counts: lessOne('available') }),
    threePods(),
    { why: '2 of 3 pods are available' },
  ],
  [
    'whose counts still include an evicted pod',
    aWorkload(),
    [...threePods().slice(1), aPod({ isTerminating: true })],
    { why: '2 of 3 pods exist' },
  ],
  [
    'with a pod that is not ready although the counts say so',
    aWorkload(),
    [...threePods().slice(1), aPod({ isReady: false })],
    { why: 'not ready: checkout-1' },
  ],
];

describe('healthOf', () => {
  it.each(healthy)('says healthy for %s', (_, workload, pods, expected) => {
    expect(healthOf(workload, pods)).toEqual(expected);
  });

  it.each(progressing)('says progressing for a workload %s', (_, workload, pods, expected) => {
    expect(healthOf(workload, pods)).toEqual({ kind: 'progressing', ...expected });
  });

  it.each([
    ['Deployment', 'it is scaled to zero'],
    ['StatefulSet', 'it is scaled to zero'],
    ['DaemonSet', 'it has no node to run on'],
  ])('says absent for a %s that wants no pod', (kind, why) => {
    const counts = { replicas: 0, updated: 0, ready: 0, available: 0 };
    expect(healthOf(ofKind(kind, { desired: 0, counts }), [])).toEqual({ kind: 'absent', why });
  });

  it('says failed when the rollout exceeded its deadline', () => {
    const workload = aWorkload({ progressFailure: 'ReplicaSet "x" has timed out progressing.' });
    expect(healthOf(workload, threePods())).toEqual({
      kind: 'failed',
      why: 'ReplicaSet "x" has timed out progressing.',
    });
  });
});
