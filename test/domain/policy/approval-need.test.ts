import { describe, expect, it } from '@jest/globals';
import { needsApproval, needsApprovalIn } from '../../../domain/policy/approval-need.ts';
import type { Approval, PlannedStep } from '../../../domain/policy/policy.ts';
import { aPermitRequest, aTarget, surroundings } from '../../support/builders.ts';

const asks = (approval: Approval, risk: PlannedStep['risk'], otherReadyPods: number) =>
  needsApproval({ ...aPermitRequest().step, approval, risk }, aTarget({ facts: { otherReadyPods } }));

describe('whether a person must approve a step', () => {
  it('never, where the policy says None', () => {
    expect([asks('None', 'high', 0), asks('None', 'low', 2)]).toEqual([false, false]);
  });

  it('always, where the policy says Required', () => {
    expect([asks('Required', 'low', 2), asks('Required', 'high', 0)]).toEqual([true, true]);
  });

  it('only where more than a little can be hurt, where the policy says WhenRisky', () => {
    expect(asks('WhenRisky', 'low', 1)).toBe(false);
    expect(asks('WhenRisky', 'low', 0)).toBe(true);
    expect(asks('WhenRisky', 'medium', 5)).toBe(true);
    expect(asks('WhenRisky', 'high', 5)).toBe(true);
  });
});

describe('where too many pods are unhealthy, a person must approve', () => {
  const request = aPermitRequest({ surroundings: surroundings({ workload: { total: 5, unhealthy: 5 } }) });

  it('every step, whatever its policy says', () => {
    expect(needsApprovalIn({ ...request.step, approval: 'None', risk: 'low' }, request)).toBe(true);
  });

  it('and elsewhere what the policy says', () => {
    const elsewhere = aPermitRequest();
    expect(needsApprovalIn({ ...elsewhere.step, approval: 'None' }, elsewhere)).toBe(false);
    expect(needsApprovalIn({ ...elsewhere.step, approval: 'Required' }, elsewhere)).toBe(true);
  });
});
