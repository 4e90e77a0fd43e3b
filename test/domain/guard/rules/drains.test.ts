import { describe, expect, it } from '@jest/globals';
import { drains } from '../../../../domain/guard/rules/drains.ts';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { applyEffects, type GuardState } from '../../../../domain/guard/state.ts';
import { aGuardInput, aGuardState, aLease, anAct, aPermitRequest, minutes, now } from '../../../support/builders.ts';

const asked = (action: string, state: Partial<GuardState>, limits = defaultLimits) =>
  drains.judge(
    aGuardInput({
      limits,
      state: aGuardState(state),
      request: aPermitRequest({ spec: { steps: [{ [action]: {} }] } }),
    }),
  );
const drained = (...minutesAgo: number[]) =>
  minutesAgo.map((min) => anAct({ action: 'drainNode', atMs: now - minutes(min) }));
const draining = aLease({ action: 'drainNode', node: 'n1' });

describe('drains', () => {
  it('holds a drain while another node is drained', () => {
    expect(asked('drainNode', { leases: [draining] })).toEqual({
      kind: 'hold',
      reason: 'drainsSpent',
      retryAfterMs: 30_000,
      detail: 'n1 is being drained; one node at a time',
    });
  });

  it('does not mind a person who is asked about another drain, nor another act', () => {
    expect(asked('drainNode', { leases: [{ ...draining, isQuestion: true }] })).toBeUndefined();
    expect(asked('drainNode', { leases: [aLease()], acts: [anAct()] })).toBeUndefined();
  });

  it('holds the third drain of an hour, until the first of them is an hour old', () => {
    expect(asked('drainNode', { acts: drained(50) })).toBeUndefined();
    expect(asked('drainNode', { acts: drained(60, 50) })).toBeUndefined();
    expect(asked('drainNode', { acts: drained(55, 20) })).toEqual({
      kind: 'hold',
      reason: 'drainsSpent',
      retryAfterMs: minutes(5),
      detail: '2 nodes were drained in 1h; allowed are 2',
    });
  });

  it('is bound as the configuration says', () => {
    const limits = { ...defaultLimits, drains: { max: 1, perMs: minutes(10) } };
    expect(asked('drainNode', { acts: drained(9) }, limits)?.reason).toBe('drainsSpent');
    expect(asked('drainNode', { acts: drained(10) }, limits)).toBeUndefined();
  });

  it('bounds nothing but drains', () => {
    expect(asked('cordonNode', { leases: [draining], acts: drained(5, 4, 3) })).toBeUndefined();
  });

  it('counts a drain by what became of its lease', () => {
    const closed = (result?: 'unhealthy' | 'lost') =>
      applyEffects(aGuardState({ leases: [draining] }), [
        { type: 'leaseClosed', requestId: draining.requestId, atMs: now, ...(result && { result }) },
      ]).acts;
    expect(closed('unhealthy')).toMatchObject([{ action: 'drainNode' }]);
    expect(closed('lost')).toMatchObject([{ action: 'drainNode' }]);
    expect(closed()).toEqual([]);
  });
});
