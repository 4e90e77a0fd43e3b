import { describe, expect, it } from '@jest/globals';
import { maxUnhealthy } from '../../../domain/guards/max-unhealthy.ts';
import { aGuardInput, aPermitRequest, surroundings } from '../../support/builders.ts';

const judged = (given: Parameters<typeof surroundings>[0], guards: object = {}) =>
  maxUnhealthy.judge(aGuardInput({ request: aPermitRequest({ spec: { guards }, surroundings: surroundings(given) }) }));
const count = (unhealthy: number, total: number) => ({ unhealthy, total });

describe('maxUnhealthy', () => {
  it('denies when more than two of five pods of the workload are unhealthy, and asks a person once', () => {
    expect(judged({ workload: count(3, 5) })).toEqual({
      kind: 'deny',
      reason: 'tooManyUnhealthy',
      detail: '3 of 5 pods of workload/shop/Deployment/checkout are unhealthy; at most 40% may be',
      incident: 'maxUnhealthy/workload/shop/Deployment/checkout',
    });
  });

  it('has no objection at the share itself', () => {
    expect(judged({ workload: count(2, 5) })).toBeUndefined();
    expect(judged({ workload: count(4, 10), namespace: count(8, 20), inZone: count(2, 5) })).toBeUndefined();
  });

  it('counts the namespace as well', () => {
    expect(judged({ namespace: count(5, 12) })).toMatchObject({
      detail: '5 of 12 pods of namespace/shop are unhealthy; at most 40% may be',
      incident: 'maxUnhealthy/namespace/shop',
    });
  });

  it('counts the zone as well, where it is known', () => {
    expect(judged({ zone: 'zone-b', inZone: count(3, 6) })).toMatchObject({
      detail: '3 of 6 pods of zone/zone-b are unhealthy; at most 40% may be',
      incident: 'maxUnhealthy/zone/zone-b',
    });
    const { inZone: _, ...unzoned } = surroundings();
    const request = aPermitRequest({ surroundings: unzoned });
    expect(maxUnhealthy.judge(aGuardInput({ request }))).toBeUndefined();
  });

  it('never objects to a single unhealthy pod, of however few', () => {
    expect(judged({ workload: count(1, 1), namespace: count(1, 1), inZone: count(1, 1) })).toBeUndefined();
    expect(judged({ workload: count(1, 1) }, { maxUnhealthy: 0 })).toBeUndefined();
    expect(judged({ workload: count(2, 2) })?.reason).toBe('tooManyUnhealthy');
  });

  it('objects where more are unhealthy than are counted at all', () => {
    expect(judged({ workload: count(2, 0) })?.reason).toBe('tooManyUnhealthy');
  });

  it('takes a number as well as a share', () => {
    expect(judged({ workload: count(4, 100) }, { maxUnhealthy: 3 })?.detail).toBe(
      '4 of 100 pods of workload/shop/Deployment/checkout are unhealthy; at most 3 may be',
    );
    expect(judged({ workload: count(3, 3) }, { maxUnhealthy: 3 })).toBeUndefined();
  });

  it('lets everything be unhealthy where the policy says 100%', () => {
    expect(judged({ workload: count(5, 5) }, { maxUnhealthy: '100%' })).toBeUndefined();
  });
});
