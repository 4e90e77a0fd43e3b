import { describe, expect, it } from '@jest/globals';
import type { PolicyStatus } from '../../../activities/kubernetes/policy-resources.ts';
import { judge } from '../../../worker/policies/standing.ts';
import { type Counted, nothingCounted, saidBy, statusOf } from '../../../worker/policies/status.ts';
import { now } from '../../support/builders.ts';
import { aResource, badSpec, goodSpec, vocabulary } from './a-resource.ts';

const at = '2026-03-01T10:00:00Z';
const earlier = '2026-03-01T09:00:00Z';

function written(given: Parameters<typeof aResource>[0] = {}, counted: Counted = nothingCounted, pausedWhy?: string) {
  return statusOf(judge(aResource(given), undefined, vocabulary), { pausedWhy, counted, nowMs: now });
}
const conditionOf = ({ conditions = [] }: PolicyStatus, type: string) =>
  conditions.find((condition) => condition.type === type);

describe('the status of a policy', () => {
  it('says that a good policy is accepted and in force, and keeps its spec', () => {
    expect(written({ generation: 3 })).toEqual({
      observedGeneration: 3,
      conditions: [
        { type: 'Accepted', status: 'True', reason: 'Valid', message: 'no fault' },
        { type: 'Ready', status: 'True', reason: 'InForce', message: 'generation 3 is in force' },
        { type: 'Paused', status: 'False', reason: 'NotPaused', message: '' },
      ].map((condition) => ({ ...condition, observedGeneration: 3, lastTransitionTime: at })),
      inForce: { generation: 3, spec: goodSpec },
    });
  });

  it('says every fault of a refused one, and which generation stays in force', () => {
    const status = { inForce: { generation: 2, spec: goodSpec } };
    const refused = written({ generation: 3, spec: { ...badSpec, escalation: [{ notify: ['pager'] }] }, status });
    expect(conditionOf(refused, 'Accepted')).toMatchObject({
      ...{ status: 'False', reason: 'Invalid' },
      message: expect.stringMatching(/spec\.match\.alerts\.0: .*\nspec\.escalation\.0/),
    });
    expect(conditionOf(refused, 'Ready')).toMatchObject({
      ...{ status: 'False', reason: 'EarlierInForce' },
      message: 'generation 2 stays in force until the faults are corrected',
    });
    expect(refused.inForce).toEqual({ generation: 2, spec: goodSpec });
  });

  it('says when no generation is in force', () => {
    const refused = written({ spec: badSpec });
    expect(conditionOf(refused, 'Ready')).toMatchObject({ status: 'False', reason: 'NotInForce' });
    expect(refused.inForce).toBeUndefined();
  });

  it('says why nothing acts while Mendflow is paused', () => {
    const paused = written({}, nothingCounted, 'paused by ada: deploy');
    expect(conditionOf(paused, 'Paused')).toMatchObject({ status: 'True', message: 'paused by ada: deploy' });
  });

  it('cuts a message that is longer than a person reads', () => {
    const paused = written({}, nothingCounted, 'x'.repeat(10_000));
    expect(conditionOf(paused, 'Paused')?.message).toHaveLength(4_096);
  });

  it('keeps since when a condition has been so, until its status changes', () => {
    const before = written().conditions?.map((condition) => ({ ...condition, lastTransitionTime: earlier })) ?? [];
    const same = written({ generation: 2, status: { conditions: before } });
    expect(same.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([earlier, earlier, earlier]);
    const changed = written({ generation: 2, spec: badSpec, status: { conditions: before } });
    expect(changed.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([at, at, earlier]);
  });

  it('adds what was counted to what is written there', () => {
    const status = { matched: 5, acted: 2, lastMatchedAt: earlier };
    const counted = { matched: 2, acted: 1, lastMatchedAtMs: now };
    expect(written({ status }, counted)).toMatchObject({ matched: 7, acted: 3, lastMatchedAt: at });
  });

  it('never sets the last match back', () => {
    const later = '2026-03-01T11:00:00Z';
    const counted = { matched: 1, acted: 0, lastMatchedAtMs: now };
    expect(written({ status: { lastMatchedAt: later } }, counted).lastMatchedAt).toBe(later);
  });

  it('says the same when only counters and times differ', () => {
    const before = written();
    const after = { ...before, matched: 9, conditions: [...(before.conditions ?? [])].reverse() };
    expect(saidBy(after)).toBe(saidBy(before));
    expect(saidBy(written({ generation: 2 }))).not.toBe(saidBy(before));
    expect(saidBy(written({}, nothingCounted, 'paused'))).not.toBe(saidBy(before));
    expect(saidBy({})).not.toBe(saidBy(before));
  });
});
