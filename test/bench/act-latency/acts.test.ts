import { describe, expect, it } from '@jest/globals';
import { type Act, actOf, judge } from '../../../bench/act-latency/acts.ts';
import type { Sent } from '../../../bench/act-latency/sample.ts';
import type { AuditedRequest } from '../../../sandbox/audit-log.ts';
import { aSeenRun } from './a-seen-run.ts';

const eviction: AuditedRequest = {
  ...{
    user: 'mendflow-worker',
    verb: 'create',
    resource: 'pods/eviction',
    namespace: 'bench',
    name: 'shop-1-5d9c-x2z',
  },
  ...{ uri: '/api/v1/namespaces/bench/pods/shop-1-5d9c-x2z/eviction', isDryRun: false, code: 201 },
  ...{ receivedAtMs: 1_000.25, answeredAtMs: 1_010.75 },
};
const deletion: AuditedRequest = { ...eviction, verb: 'delete', resource: 'pods', code: 200 };

describe('a request in the audit log', () => {
  it('is an act when it is an eviction', () => {
    expect(actOf(eviction)).toEqual({
      ...{ user: 'mendflow-worker', kind: 'eviction', namespace: 'bench', pod: 'shop-1-5d9c-x2z' },
      ...{ receivedAtMs: 1_000.25, doneAtMs: 1_010.75 },
    });
  });

  it('is an act when it is a deletion', () => {
    expect(actOf(deletion)).toMatchObject({ kind: 'deletion' });
  });

  it.each([
    ['a read', { ...eviction, verb: 'get' }],
    ['an eviction that was refused', { ...eviction, code: 429 }],
    ['an eviction without an answer', { ...eviction, code: 0 }],
    ['another resource', { ...deletion, resource: 'deployments' }],
    ['a created pod', { ...eviction, resource: 'pods' }],
    ['the control plane tidying up', { ...deletion, user: 'system:serviceaccount:kube-system:gc' }],
  ])('is no act when it is %s', (_, request) => {
    expect(actOf(request)).toBeUndefined();
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

  it('that met none is held where its run says that the guard held or denied it', () => {
    const run = aSeenRun({ verdicts: [{ at: 'now', verdict: 'hold', reason: 'correlatedCause', detail: 'one zone' }] });
    expect(judge([sample], [], new Map([['shop-1', run]]))[0]).toMatchObject({ fate: 'held', run });
  });

  it('that met none is lost where its run was granted the step and took none', () => {
    const run = aSeenRun({ verdicts: [{ at: 'now', verdict: 'grant' }] });
    expect(judge([sample], [], new Map([['shop-1', run]]))[0]?.fate).toBe('lost');
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
