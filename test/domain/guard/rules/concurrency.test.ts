import { describe, expect, it } from '@jest/globals';
import { concurrency } from '../../../../domain/guard/rules/concurrency.ts';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { aGuardInput, aGuardState, aLease } from '../../../support/builders.ts';

const inNamespace = (namespace: string, ...names: string[]) =>
  names.map((name) => aLease({ runId: name, namespace, workload: `${namespace}/Deployment/${name}` }));
const judged = (leases: ReturnType<typeof aLease>[], limits = defaultLimits) =>
  concurrency.judge(aGuardInput({ state: aGuardState({ leases }), limits }));

describe('concurrency', () => {
  it('lets a second run of the same workload join the first', () => {
    expect(judged([aLease({ workload: 'shop/Deployment/checkout' })])).toEqual({
      kind: 'deny',
      reason: 'leasedByAnotherRun',
      detail: 'shop/Deployment/checkout is held by remediation/default/PodCrashLooping/other',
      holder: 'remediation/default/PodCrashLooping/other',
    });
  });

  it('knows a workload by namespace, kind and name together', () => {
    expect(judged([aLease({ workload: 'shop/StatefulSet/checkout' })])).toBeUndefined();
    expect(judged([aLease({ workload: 'bank/Deployment/checkout', namespace: 'bank' })])).toBeUndefined();
  });

  it('holds a third remediation of a namespace, and not a second', () => {
    expect(judged(inNamespace('shop', 'cart'))).toBeUndefined();
    expect(judged(inNamespace('shop', 'cart', 'search'))).toEqual({
      kind: 'hold',
      reason: 'namespaceBusy',
      retryAfterMs: 15_000,
      detail: '2 remediations run in shop',
    });
  });

  it('counts a namespace by itself', () => {
    expect(judged([...inNamespace('bank', 'a', 'b'), ...inNamespace('shop', 'cart')])).toBeUndefined();
  });

  it('holds a sixth remediation of the cluster, and not a fifth', () => {
    expect(judged(['a', 'b', 'c', 'd'].flatMap((name) => inNamespace(name, name)))).toBeUndefined();
    expect(judged(['a', 'b', 'c', 'd', 'e'].flatMap((name) => inNamespace(name, name)))).toEqual({
      kind: 'hold',
      reason: 'clusterBusy',
      retryAfterMs: 15_000,
      detail: '5 remediations run in the cluster',
    });
  });

  it('takes its bounds from the configuration', () => {
    const limits = { ...defaultLimits, concurrency: { namespace: 1, cluster: 2 } };
    expect(judged(inNamespace('shop', 'cart'), limits)?.reason).toBe('namespaceBusy');
    expect(judged(inNamespace('bank', 'cart'), limits)).toBeUndefined();
    expect(judged(inNamespace('bank', 'a', 'b'), limits)?.reason).toBe('clusterBusy');
  });

  it('does not count the run’s own lease', () => {
    const own = [
      aLease({ runId: 'run-1', workload: 'shop/Deployment/checkout' }),
      aLease({ runId: 'run-1', workload: 'shop/Deployment/other' }),
    ];
    expect(judged(own)).toBeUndefined();
    expect(judged([...own, ...inNamespace('shop', 'cart')])).toBeUndefined();
  });
});
