import { describe, expect, it } from '@jest/globals';
import { flapping } from '../../../../domain/guard/rules/flapping.ts';
import { aGuardInput, aGuardState, aPermitRequest, minutes, now } from '../../../support/builders.ts';

const key = 'shop/Deployment/checkout';
const ago = (...mins: number[]) => mins.map((min) => now - minutes(min));
const judged = (seen: { workload?: number[]; alert?: number[] }, guards: object = {}, workload = key) => {
  const changes = (seen.workload ?? []).map((atMs) => ({ workload, atMs, to: 'failing' as const }));
  const request = aPermitRequest({ spec: { guards }, changesMs: seen.alert ?? [] });
  return flapping.judge(aGuardInput({ state: aGuardState({ changes }), request }));
};

describe('flapping', () => {
  it('denies at the fourth change of the workload within half an hour, and not at the third', () => {
    expect(judged({ workload: ago(20, 10, 5) })).toBeUndefined();
    expect(judged({ workload: ago(20, 15, 10, 5) })).toEqual({
      kind: 'deny',
      reason: 'flapping',
      detail: `${key} changed 4 times between failing and healthy in 30m`,
      incident: `flapping/${key}`,
    });
  });

  it('sees the alert’s own changes as well', () => {
    expect(judged({ alert: ago(20, 15, 10, 5) })?.reason).toBe('flapping');
    expect(judged({ alert: ago(20, 15, 10) })).toBeUndefined();
  });

  it('does not count twice what workload and alert both show', () => {
    expect(judged({ workload: ago(20, 10, 5), alert: ago(20, 10, 5) })).toBeUndefined();
  });

  it('does not undo an approval because the alert came and went; what was verified still counts', () => {
    const request = (changesMs: number[]) => aPermitRequest({ changesMs, renews: 'run-1.0' });
    expect(flapping.judge(aGuardInput({ request: request(ago(20, 15, 10, 5)) }))).toBeUndefined();
    const changes = ago(20, 15, 10, 5).map((atMs) => ({ workload: key, atMs, to: 'failing' as const }));
    const state = aGuardState({ changes });
    expect(flapping.judge(aGuardInput({ state, request: request([]) }))?.reason).toBe('flapping');
  });

  it('does not take toggles within seconds for changes: senders deliver twice and out of order', () => {
    const toggles = Array.from({ length: 20 }, (_, index) => now - minutes(5) + index * 1_000);
    expect(judged({ alert: toggles })).toBeUndefined();
    const apart = Array.from({ length: 4 }, (_, index) => now - minutes(5) + index * 30_000);
    expect(judged({ alert: apart })?.reason).toBe('flapping');
  });

  it('forgets a change at the moment the period is over', () => {
    expect(judged({ workload: ago(30, 15, 10, 5) })).toBeUndefined();
    expect(judged({ workload: [now - minutes(30) + 1, ...ago(15, 10, 5)] })?.reason).toBe('flapping');
    expect(judged({ alert: ago(30, 15, 10, 5) })).toBeUndefined();
  });

  it('follows the policy', () => {
    const guards = { flapping: { changes: 2, within: '1h' } };
    expect(judged({ workload: ago(59, 10) }, guards)?.detail).toBe(
      `${key} changed 2 times between failing and healthy in 1h`,
    );
    expect(judged({ workload: ago(60, 10) }, guards)).toBeUndefined();
  });

  it('does not mind what other workloads do', () => {
    expect(judged({ workload: ago(20, 15, 10, 5) }, {}, 'shop/Deployment/cart')).toBeUndefined();
  });
});
