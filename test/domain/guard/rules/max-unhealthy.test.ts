import { describe, expect, it } from '@jest/globals';
import type { PermitRequest } from '../../../../domain/guard/permit.ts';
import { maxUnhealthy } from '../../../../domain/guard/rules/max-unhealthy.ts';
import { aGuardInput, aGuardState, aPermitRequest, aTarget, now, surroundings } from '../../../support/builders.ts';

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

  it('has no rejection at the share itself', () => {
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

describe('maxUnhealthy, for a step that takes nothing away,', () => {
  const ofWorkload = surroundings({ workload: count(5, 5) });
  const ofNamespace = surroundings({ namespace: count(9, 12) });
  const speaks = (speaker: string) =>
    aGuardState({ incidents: [{ key: 'maxUnhealthy/namespace/shop', speaker, sinceMs: now, lastMs: now }] });
  const asked = (action: string, given: Partial<PermitRequest>, state = aGuardState()) =>
    maxUnhealthy.judge(
      aGuardInput({
        state,
        request: aPermitRequest({ spec: { steps: [{ [action]: params[action] ?? {} }] }, ...given }),
      }),
    );
  const params: Record<string, object> = { raiseMemoryLimit: { atMost: '1Gi' } };
  const cures = ['rollback', 'raiseMemoryLimit', 'rolloutRestart'];

  it.each(cures)('lets a person be asked about %s, and takes their yes', (action) => {
    expect(asked(action, { surroundings: ofWorkload, asksPerson: true })).toBeUndefined();
    expect(asked(action, { surroundings: ofWorkload, renews: 'run-1.0' })).toBeUndefined();
  });

  it.each(cures)('denies %s that no person is asked about', (action) => {
    expect(asked(action, { surroundings: ofWorkload })?.reason).toBe('tooManyUnhealthy');
  });

  it('lets only the run ask that speaks about a place of many workloads, and takes every yes', () => {
    const question = { surroundings: ofNamespace, asksPerson: true as const, workflowId: 'run-a' };
    expect(asked('rollback', question)).toBeUndefined();
    expect(asked('rollback', question, speaks('run-a'))).toBeUndefined();
    expect(asked('rollback', question, speaks('run-b'))?.incident).toBe('maxUnhealthy/namespace/shop');
    const answered = { surroundings: ofNamespace, renews: 'run-1.0', workflowId: 'run-a' };
    expect(asked('rollback', answered, speaks('run-b'))).toBeUndefined();
  });

  it.each([
    ['evictPod', {}],
    ['deletePod', { approval: 'Required' }],
    ['cordonNode', {}],
    ['drainNode', {}],
  ])('holds %s back, whoever approves it', (action, more) => {
    const spec = { steps: [{ [action]: {}, ...more }] };
    for (const given of [{ asksPerson: true as const }, { renews: 'run-1.0' }]) {
      const request = aPermitRequest({ spec, surroundings: ofWorkload, ...given });
      expect(maxUnhealthy.judge(aGuardInput({ request }))?.reason).toBe('tooManyUnhealthy');
    }
  });
});

describe('maxUnhealthy, for a node,', () => {
  const node = { kind: 'Node', namespace: '', name: 'n1', uid: 'uid-of-n1' };
  const ofNode = { ...aTarget(), namespace: '', workload: node };
  const cordon = (nodes: { total: number; notReady: number; underPressure?: number }) =>
    maxUnhealthy.judge(
      aGuardInput({
        request: aPermitRequest({
          spec: { steps: [{ cordonNode: {} }] },
          target: ofNode,
          surroundings: surroundings({ nodes, workload: count(1, 1), namespace: count(0, 0), inZone: count(0, 0) }),
        }),
      }),
    );

  it('counts nodes under pressure beside those that are not ready, as one incident', () => {
    expect(cordon({ total: 8, notReady: 0, underPressure: 5 })).toEqual({
      kind: 'deny',
      reason: 'tooManyUnhealthy',
      detail: '5 of 8 nodes are unhealthy; at most 40% may be',
      incident: 'maxUnhealthy/the nodes',
    });
    expect(cordon({ total: 8, notReady: 2, underPressure: 2 })?.detail).toMatch(/^4 of 8 nodes/);
    expect(cordon({ total: 8, notReady: 1, underPressure: 2 })).toBeUndefined();
  });
});
