import { describe, expect, it } from '@jest/globals';
import { type Act, actOf, judge } from '../../../bench/act-latency/acts.ts';
import type { Sent } from '../../../bench/act-latency/sample.ts';

const eviction = {
  stage: 'ResponseComplete',
  verb: 'create',
  user: { username: 'mendflow-worker' },
  objectRef: { resource: 'pods', namespace: 'bench', name: 'shop-1-5d9c-x2z', subresource: 'eviction' },
  responseStatus: { code: 201 },
  requestReceivedTimestamp: '2026-03-01T12:00:00.000250Z',
  stageTimestamp: '2026-03-01T12:00:00.010750Z',
};

const deletion = { ...eviction, verb: 'delete', objectRef: { ...eviction.objectRef, subresource: undefined } };

const lineOf = (event: object) => JSON.stringify(event);

describe('a line of the audit log', () => {
  it('tells of an eviction, with a microsecond’s precision', () => {
    const act = actOf(lineOf(eviction));
    expect(act).toMatchObject({
      user: 'mendflow-worker',
      kind: 'eviction',
      namespace: 'bench',
      pod: 'shop-1-5d9c-x2z',
    });
    expect((act?.doneAtMs ?? 0) - (act?.receivedAtMs ?? 0)).toBeCloseTo(10.5, 2);
  });

  it('tells of a deletion', () => {
    expect(actOf(lineOf({ ...deletion, responseStatus: { code: 200 } }))).toMatchObject({ kind: 'deletion' });
  });

  it.each([
    ['a read', { ...eviction, verb: 'get' }],
    ['an eviction that was refused', { ...eviction, responseStatus: { code: 429 } }],
    ['an eviction without an answer', { ...eviction, responseStatus: undefined }],
    ['an earlier stage', { ...eviction, stage: 'RequestReceived' }],
    ['another resource', { ...deletion, objectRef: { ...deletion.objectRef, resource: 'deployments' } }],
    ['a created pod', { ...eviction, objectRef: { ...eviction.objectRef, subresource: undefined } }],
    ['the control plane tidying up', { ...deletion, user: { username: 'system:serviceaccount:kube-system:gc' } }],
  ])('of %s is no act', (_, event) => {
    expect(actOf(lineOf(event))).toBeUndefined();
  });
});

describe('a sample', () => {
  const sample: Sent = {
    contender: 'mendflow',
    workload: 'shop-1',
    pod: 'shop-1-5d9c-x2z',
    isWarmUp: false,
    sentAtMs: 1_000,
    answeredAtMs: 1_005,
    status: 202,
    busyBefore: 0,
  };
  const anAct = (pod: string, doneAtMs: number): Act => ({
    user: 'mendflow-worker',
    kind: 'eviction',
    namespace: 'bench',
    pod,
    receivedAtMs: doneAtMs - 5,
    doneAtMs,
  });
  const judged = (...acts: Act[]) => judge([sample], acts)[0];

  it('that met one act on its pod is right, and lasted until that act was done', () => {
    expect(judged(anAct(sample.pod, 1_080))).toMatchObject({ fate: 'once', latencyMs: 80 });
  });

  it('that met none is lost, and lasted no time at all', () => {
    const lost = judged();
    expect(lost?.fate).toBe('lost');
    expect(lost).not.toHaveProperty('latencyMs');
  });

  it('whose pod was taken away twice is doubled', () => {
    expect(judged(anAct(sample.pod, 1_090), anAct(sample.pod, 1_080))).toMatchObject({
      fate: 'doubled',
      latencyMs: 80,
    });
  });

  it('whose replacement was taken away too is doubled', () => {
    expect(judged(anAct(sample.pod, 1_080), anAct('shop-1-5d9c-new', 1_200))?.fate).toBe('doubled');
  });

  it('whose neighbour was taken away is astray', () => {
    expect(judged(anAct('shop-1-5d9c-abc', 1_080))?.fate).toBe('astray');
  });

  it('has nothing to do with acts on a workload whose name only begins like its own', () => {
    expect(judged(anAct('shop-10-5d9c-x2z', 1_080))?.fate).toBe('lost');
  });
});
