import { describe, expect, it } from '@jest/globals';
import { nodeCondition } from '../../../../domain/policy/checks/node-condition.ts';
import { unavailablePods } from '../../../../domain/policy/checks/unavailable-pods.ts';
import { workloadCondition } from '../../../../domain/policy/checks/workload-condition.ts';
import type { Workload } from '../../../../domain/target/workload.ts';
import { aNode, aWorkload, nowMs } from '../../../activities/support/builders.ts';

const notAvailable = { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'too few' };
const deployment = (changes: Partial<Workload> = {}) => aWorkload({ conditions: [notAvailable], ...changes });
const available = (count: number, changes: Partial<Workload> = {}) =>
  aWorkload({ counts: { replicas: 4, updated: 4, ready: count, available: count }, desired: 4, ...changes });

describe('a workload’s condition', () => {
  const judge = (wanted: Partial<Parameters<typeof workloadCondition.judge>[0]>, workload: Workload) =>
    workloadCondition.judge({ type: 'Available', status: 'False', ...wanted }, workload, nowMs);

  it('holds with the words of the API server', () => {
    expect(judge({}, deployment())).toEqual({
      kind: 'holds',
      evidence: 'Deployment shop/checkout: condition Available is False: MinimumReplicasUnavailable: too few',
    });
    expect(judge({ reason: 'MinimumReplicasUnavailable' }, deployment())).toMatchObject({ kind: 'holds' });
  });

  it.each([
    ['another status', { status: 'True' } as const],
    ['Unknown, which is not False', { status: 'Unknown' } as const],
    ['another reason', { reason: 'Minimum' }],
  ])('does not hold for %s', (_, wanted) => {
    expect(judge(wanted, deployment())).toMatchObject({ kind: 'fails', why: expect.stringContaining('is False') });
  });

  it('does not hold where there is none of this type, and says which there are', () => {
    expect(judge({ type: 'ReplicaFailure' }, deployment())).toEqual({
      kind: 'fails',
      why: 'Deployment shop/checkout has no condition ReplicaFailure; it has Available',
    });
    expect(judge({}, deployment({ conditions: [] }))).toMatchObject({ why: expect.stringContaining('it has none') });
  });

  it('is not proven by a status that is older than the latest change', () => {
    expect(judge({}, deployment({ generation: 3 }))).toMatchObject({ kind: 'unproven' });
  });
});

describe('pods that are not available', () => {
  const judge = (atLeast: { count: number } | { percent: number }, workload: Workload) =>
    unavailablePods.judge({ atLeast }, workload, nowMs).kind;

  it.each([
    [{ count: 1 }, 3, 'holds'],
    [{ count: 2 }, 3, 'fails'],
    [{ percent: 25 }, 3, 'holds'],
    [{ percent: 26 }, 3, 'fails'],
    [{ percent: 100 }, 0, 'holds'],
    [{ percent: 100 }, 1, 'fails'],
    [{ percent: 0 }, 4, 'fails'],
  ] as const)('are at least %j with %d of 4 available: %s', (atLeast, count, kind) => {
    expect(judge(atLeast, available(count))).toBe(kind);
  });

  it('are none where none are wanted, and not proven before the controller has looked', () => {
    expect(judge({ percent: 10 }, available(0, { desired: 0 }))).toBe('fails');
    expect(judge({ count: 1 }, available(0, { generation: 9 }))).toBe('unproven');
  });
});

describe('a node’s condition', () => {
  const node = {
    ...aNode(),
    conditions: [{ type: 'MemoryPressure', status: 'True', reason: 'KubeletHasInsufficientMemory', message: '' }],
  };

  it('holds as the node shows it, and for no other', () => {
    expect(nodeCondition.judge({ type: 'MemoryPressure', status: 'True' }, node, nowMs)).toEqual({
      kind: 'holds',
      evidence: 'node node-1: condition MemoryPressure is True: KubeletHasInsufficientMemory',
    });
    expect(nodeCondition.judge({ type: 'DiskPressure', status: 'True' }, node, nowMs)).toMatchObject({ kind: 'fails' });
  });
});

describe('a node that is not ready', () => {
  const withReady = (status: string, reason: string) => ({
    ...aNode(),
    conditions: [{ type: 'Ready', status, reason, message: '' }],
  });

  it.each([
    ['False', 'KubeletNotReady'],
    ['Unknown', 'NodeStatusUnknown'],
  ])('holds with Ready %s for NotTrue, and says which it is', (status, reason) => {
    expect(nodeCondition.judge({ type: 'Ready', status: 'NotTrue' }, withReady(status, reason), nowMs)).toEqual({
      kind: 'holds',
      evidence: `node node-1: condition Ready is ${status}: ${reason}`,
    });
  });

  it('does not hold while the node is ready, nor where the node has no such condition', () => {
    const wanted = { type: 'Ready', status: 'NotTrue' } as const;
    expect(nodeCondition.judge(wanted, withReady('True', 'KubeletReady'), nowMs).kind).toBe('fails');
    expect(nodeCondition.judge(wanted, { ...aNode(), conditions: [] }, nowMs).kind).toBe('fails');
    expect(nodeCondition.words(wanted)).toBe('its node’s Ready is not True');
  });
});

describe('a Job’s condition', () => {
  const failed = { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'no retry is left' };
  const ref = { kind: 'Job', namespace: 'shop', name: 'import', uid: 'uid-import' };
  const job = aWorkload({ ref, generation: 0, observedGeneration: 0, conditions: [failed] });

  it('can be Failed, and says why', () => {
    expect(workloadCondition.judge({ type: 'Failed', status: 'True' }, job, nowMs)).toEqual({
      kind: 'holds',
      evidence: 'Job shop/import: condition Failed is True: BackoffLimitExceeded: no retry is left',
    });
    expect(workloadCondition.judge({ type: 'Complete', status: 'True' }, job, nowMs)).toMatchObject({ kind: 'fails' });
  });
});
