import { describe, expect, it } from '@jest/globals';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { scopedBudgets } from '../../../../domain/guard/rules/scoped-budgets.ts';
import type { Act } from '../../../../domain/guard/state.ts';
import {
  aGuardInput,
  aGuardState,
  aLease,
  anAct,
  aPermitRequest,
  minutes,
  now,
  surroundings,
} from '../../../support/builders.ts';

type Budget = { scope: string; max?: number | string; per?: string };
const judged = (budgets: Budget[], state: object, around = surroundings({ owner: 'shop-app' })) => {
  const guards = { budgets: budgets.map((budget) => ({ max: 2, ...budget })) };
  const request = aPermitRequest({ spec: { guards }, surroundings: around });
  return scopedBudgets.judge(aGuardInput({ state: aGuardState(state), request }));
};
const here = { owner: 'shop-app', node: 'node-1', zone: 'zone-a' };
const acts = (...given: (Partial<Act> & { ago: number })[]) =>
  given.map(({ ago, ...act }) => anAct({ ...here, ...act, atMs: now - minutes(ago) }));

describe('scopedBudgets', () => {
  it.each([
    ['workload', 'workload shop/Deployment/checkout', { workload: 'shop/Deployment/cart' }],
    ['owner', 'owner shop-app', { owner: 'other-app' }],
    ['namespace', 'namespace shop', { namespace: 'bank' }],
    ['node', 'node node-1', { node: 'node-2' }],
    ['zone', 'zone zone-a', { zone: 'zone-b' }],
  ])('counts acts by %s', (scope, where, elsewhere) => {
    const both = acts({ ago: 40 }, { ago: 10 });
    expect(judged([{ scope }], { acts: both })).toEqual({
      kind: 'hold',
      reason: 'scopeSpent',
      retryAfterMs: minutes(20),
      detail: `2 acts on ${where} in 1h; allowed are 2`,
    });
    expect(judged([{ scope }], { acts: acts({ ago: 40, ...elsewhere }, { ago: 10 }) })).toBeUndefined();
  });

  it('counts every act of the cluster', () => {
    const all = acts({ ago: 40, workload: 'a/b/c', namespace: 'a', owner: 'x', node: 'y', zone: 'z' }, { ago: 10 });
    expect(judged([{ scope: 'cluster' }], { acts: all })?.detail).toBe('2 acts on the cluster in 1h; allowed are 2');
  });

  it('does not apply where the scope of the target is not known', () => {
    const { node: _, zone: __, ...nowhere } = surroundings();
    for (const scope of ['owner', 'node', 'zone']) {
      const unknown = { acts: [anAct(), anAct()], leases: [aLease(), aLease()] };
      expect(judged([{ scope }], unknown, nowhere)).toBeUndefined();
    }
  });

  it('counts an open lease as an act of now', () => {
    const leases = [aLease({ ...here }), ...Array.from({ length: 3 }, () => aLease({ zone: 'zone-b' }))];
    expect(judged([{ scope: 'zone' }], { acts: acts({ ago: 30 }), leases })).toMatchObject({
      retryAfterMs: minutes(30),
      detail: '2 acts on zone zone-a in 1h; allowed are 2',
    });
    expect(judged([{ scope: 'zone' }], { leases })).toBeUndefined();
  });

  it('forgets an act at the moment the period is over', () => {
    expect(judged([{ scope: 'node' }], { acts: acts({ ago: 60 }, { ago: 10 }) })).toBeUndefined();
    const [almost] = acts({ ago: 60 }).map((act) => ({ ...act, atMs: act.atMs + 1 }));
    expect(judged([{ scope: 'node' }], { acts: [almost, ...acts({ ago: 10 })] })).toMatchObject({
      retryAfterMs: 1_000,
    });
  });

  it('waits until enough have left when there are more than allowed', () => {
    const four = acts({ ago: 50 }, { ago: 40 }, { ago: 30 }, { ago: 10 });
    expect(judged([{ scope: 'namespace' }], { acts: four })).toMatchObject({ retryAfterMs: minutes(30) });
  });

  it('counts acts that a person forgave: a reset frees no budget', () => {
    const both = acts({ ago: 40, isForgiven: true }, { ago: 10, isForgiven: true });
    expect(judged([{ scope: 'workload' }], { acts: both })?.reason).toBe('scopeSpent');
  });

  it.each([
    ['workload', 'workload', 1],
    ['owner', 'namespace', 3],
    ['namespace', 'namespace', 3],
    ['node', 'onNode', 2],
    ['zone', 'inZone', 5],
    ['cluster', 'namespace', 3],
  ])('takes a share of the pods of the %s, rounded down', (scope, counted, allowed) => {
    const total = allowed * 4 + 3;
    const around = surroundings({ owner: 'shop-app', [counted]: { total, unhealthy: 0 } });
    const so = (count: number) => ({ acts: acts(...Array.from({ length: count }, () => ({ ago: 1 }))) });
    expect(judged([{ scope, max: '25%' }], so(allowed), around)?.detail).toMatch(new RegExp(`allowed are ${allowed}$`));
    expect(judged([{ scope, max: '25%' }], so(allowed - 1), around)).toBeUndefined();
  });

  it('allows one of a share of few or of nobody, and none of a share of nothing', () => {
    const { onNode: _, ...uncounted } = surroundings({ workload: { total: 0, unhealthy: 0 } });
    for (const scope of ['workload', 'node']) {
      expect(judged([{ scope, max: '10%' }], {}, uncounted)).toBeUndefined();
      expect(judged([{ scope, max: '10%' }], { acts: acts({ ago: 1 }) }, uncounted)?.reason).toBe('scopeSpent');
    }
    expect(judged([{ scope: 'workload', max: '0%' }], {})).toMatchObject({
      retryAfterMs: minutes(60),
      detail: '0 acts on workload shop/Deployment/checkout in 1h; allowed are 0',
    });
  });

  it('names the budget that holds longest, of the configuration and of the policy', () => {
    const limits = {
      ...defaultLimits,
      budgets: [{ scope: 'cluster' as const, max: { count: 1 }, per: minutes(30) }],
    };
    const state = aGuardState({ acts: acts({ ago: 10 }) });
    const request = (per: string) =>
      aPermitRequest({ spec: { guards: { budgets: [{ scope: 'namespace', max: 1, per }] } } });
    const ask = (per: string) => scopedBudgets.judge(aGuardInput({ state, limits, request: request(per) }));
    expect(ask('20m')).toMatchObject({
      retryAfterMs: minutes(20),
      detail: '1 acts on the cluster in 30m; allowed are 1',
    });
    expect(ask('1h')).toMatchObject({
      retryAfterMs: minutes(50),
      detail: '1 acts on namespace shop in 1h; allowed are 1',
    });
  });

  it('has no rejection where there are no budgets', () => {
    expect(judged([], { acts: acts({ ago: 1 }, { ago: 1 }, { ago: 1 }) })).toBeUndefined();
  });
});
