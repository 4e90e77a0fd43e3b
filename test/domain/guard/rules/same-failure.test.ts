import { describe, expect, it } from '@jest/globals';
import { sameFailure } from '../../../../domain/guard/rules/same-failure.ts';
import { aGuardInput, aGuardState, anAct, aPermitRequest, minutes, now } from '../../../support/builders.ts';

const failure = 'CrashLoopBackOff app Error exit 1';
const act = (min: number, given: object = {}) => anAct({ failure, atMs: now - minutes(min), ...given });
const judged = (acts: ReturnType<typeof anAct>[], guards: object = {}) =>
  sameFailure.judge(aGuardInput({ state: aGuardState({ acts }), request: aPermitRequest({ spec: { guards } }) }));

describe('sameFailure', () => {
  it('denies a third act after the second identical failure, with both named', () => {
    expect(judged([act(100, { result: 'healthy' }), act(50)])).toEqual({
      kind: 'deny',
      reason: 'sameFailure',
      detail: `“${failure}” again, after acts at 2026-03-01T08:20:00.000Z (healthy) and 2026-03-01T09:10:00.000Z (unhealthy)`,
      incident: 'sameFailure/shop/Deployment/checkout',
    });
  });

  it('names the latest two of many', () => {
    expect(judged([act(100), act(50), act(10, { result: 'lost' })])?.detail).toBe(
      `“${failure}” again, after acts at 2026-03-01T09:10:00.000Z (unhealthy) and 2026-03-01T09:50:00.000Z (lost)`,
    );
  });

  it('has no rejection after one', () => {
    expect(judged([act(50)])).toBeUndefined();
  });

  it('follows the policy', () => {
    expect(judged([act(50)], { sameFailure: 1 })?.reason).toBe('sameFailure');
    expect(judged([act(90), act(50)], { sameFailure: 3 })).toBeUndefined();
  });

  it('counts neither other failures, nor other workloads, nor what a person forgave', () => {
    const other = [
      act(90, { failure: 'OOMKilled app OOMKilled exit 137' }),
      act(80, { workload: 'shop/Deployment/cart' }),
      act(70, { isForgiven: true }),
    ];
    expect(judged([...other, act(50)])).toBeUndefined();
  });
});
