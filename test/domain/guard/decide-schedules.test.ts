import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decidePermits } from '../../../domain/guard/decide.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import { applyEffects, emptyGuardState, type GuardEffect, type GuardState } from '../../../domain/guard/state.ts';
import { aPermitRequest, aTarget, minutes, now, surroundings } from '../../support/builders.ts';

/** One thing that may happen to the guard, in any order. A run has one workload, as it has in the product. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('ask' as const), run: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('release' as const), run: fc.nat(20), acted: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('pass' as const), seconds: fc.nat(720) }) },
);
type ScheduledEvent = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** Every seventh run drains a node, after a person agreed. */
const isDrain = (run: number) => run % 7 === 0;

const requests = Array.from({ length: 21 }, (_, run) => {
  const [workload, namespace, zone] = [`w${run % 8}`, `n${run % 3}`, `zone-${run % 2}`];
  return aPermitRequest({
    runId: `run-${run}`,
    workflowId: `run-${run}`,
    target: aTarget({ workload, namespace }),
    surroundings: surroundings({ zone }),
    allowedNamespaces: ['n0', 'n1', 'n2'],
    ...(isDrain(run) ? { spec: { steps: [{ drainNode: {} }] } } : {}),
  });
});

interface Told {
  state: GuardState;
  grants: { workload: string; action: string; zone: string | undefined; atMs: number; before: GuardState }[];
}

function tell(schedule: readonly ScheduledEvent[]): Told {
  const told: Told = { state: emptyGuardState(), grants: [] };
  const apply = (effects: readonly GuardEffect[]) => {
    told.state = applyEffects(told.state, effects);
  };
  let nowMs = now;
  for (const [index, event] of schedule.entries()) {
    if (event.type === 'pass') nowMs += event.seconds * 1_000;
    if (event.type === 'release') {
      const lease = told.state.leases.find(({ runId }) => runId === `run-${event.run}`);
      const result = event.acted ? { result: 'unhealthy' as const } : {};
      if (lease !== undefined) apply([{ type: 'leaseClosed', requestId: lease.requestId, ...result, atMs: nowMs }]);
    }
    const asked = event.type === 'ask' ? requests[event.run] : undefined;
    if (asked === undefined) continue;
    const request = { ...asked, requestId: `${asked.runId}.${index}` };
    const [decision] = decidePermits(told.state, [request], { nowMs, limits: defaultLimits, guardId: 'guard/x' });
    apply(decision?.effects ?? []);
    const lease = told.state.leases.find(({ requestId }) => requestId === request.requestId);
    if (lease !== undefined) {
      const others = told.state.leases.filter((other) => other !== lease);
      told.grants.push({ ...lease, zone: lease.zone, atMs: nowMs, before: { ...told.state, leases: others } });
    }
  }
  return told;
}

it('over any schedule of requests, releases, lost releases and time, G1, its bound of drains, G2, G3 and G22 hold', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), (schedule) => {
      const { state, grants } = tell(schedule);
      for (const { atMs: endMs } of state.acts) {
        const inWindow = state.acts.filter(({ atMs }) => atMs > endMs - minutes(10) && atMs <= endMs);
        expect(inWindow.length).toBeLessThanOrEqual(15);
        const drained = state.acts.filter(
          (act) => act.action === 'drainNode' && act.atMs > endMs - minutes(60) && act.atMs <= endMs,
        );
        expect(drained.length).toBeLessThanOrEqual(2);
      }
      for (const { workload, zone, atMs, before, action } of grants) {
        if (action === 'drainNode') expect(before.leases.filter((lease) => lease.action === action)).toEqual([]);
        expect(before.leases.filter((lease) => lease.workload === workload)).toEqual([]);
        expect(before.leases.length).toBeLessThan(defaultLimits.concurrency.cluster);
        const last = before.acts.filter((act) => act.workload === workload).at(-1);
        if (last !== undefined) expect(atMs - last.atMs).toBeGreaterThanOrEqual(minutes(5));
        const elsewhere = before.acts.filter((act) => act.zone !== zone).at(-1);
        if (elsewhere !== undefined) expect(atMs - elsewhere.atMs).toBeGreaterThanOrEqual(minutes(1));
        expect(before.leases.filter((lease) => lease.zone !== zone)).toEqual([]);
      }
    }),
    { numRuns: 400 },
  );
});
