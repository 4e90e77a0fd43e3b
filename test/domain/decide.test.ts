import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decidePermits } from '../../domain/decide.ts';
import { applyEffects, emptyGuardState, type GuardState } from '../../domain/guard-state.ts';
import { defaultLimits } from '../../domain/guards/guard.ts';
import type { PermitRequest } from '../../domain/permit.ts';
import { aGuardState, aLease, aPermitRequest, aTarget, minutes, now } from '../support/builders.ts';

const clock = { nowMs: now, limits: defaultLimits, guardId: 'guard/default' };
const after = (state: GuardState, decisions: ReturnType<typeof decidePermits>) =>
  applyEffects(
    state,
    decisions.flatMap(({ effects }) => effects),
  );

describe('decidePermits', () => {
  it('grants a modest request and opens its lease', () => {
    const [decision] = decidePermits(emptyGuardState(), [aPermitRequest()], clock);
    expect(decision?.verdict).toEqual({ kind: 'grant', grantedAtMs: now, expiresAtMs: now + minutes(6) });
    const state = after(emptyGuardState(), decision === undefined ? [] : [decision]);
    expect(state.leases).toMatchObject([{ requestId: 'run-1.0', workload: 'shop/Deployment/checkout' }]);
  });

  it('gives the same requestId the same answer, and one lease', () => {
    const first = decidePermits(emptyGuardState(), [aPermitRequest()], clock);
    const state = after(emptyGuardState(), first);
    const again = decidePermits(state, [aPermitRequest()], { ...clock, nowMs: now + minutes(1) });
    expect(again[0]?.verdict).toEqual(first[0]?.verdict);
    expect(after(state, again).leases).toHaveLength(1);
  });

  it('lets each request of a batch see what the ones before it were granted', () => {
    const requests = ['a', 'b'].map((id) => aPermitRequest({ requestId: id, runId: id, workflowId: id }));
    const verdicts = decidePermits(emptyGuardState(), requests, clock).map(({ verdict }) => verdict);
    expect(verdicts).toMatchObject([{ kind: 'grant' }, { kind: 'deny', reason: 'leasedByAnotherRun', holder: 'a' }]);
  });

  it('names the rule that objected', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    expect(decidePermits(aGuardState({ pauses }), [aPermitRequest()], clock)[0]?.guard).toBe('paused');
  });

  it('counts an expired lease as spent: its workload cools down from the moment it expired', () => {
    const lease = aLease({ workload: 'shop/Deployment/checkout', expiresAtMs: now - minutes(1) });
    const state = aGuardState({ leases: [lease] });
    const decisions = decidePermits(state, [aPermitRequest()], clock);
    expect(decisions[0]?.verdict).toMatchObject({ kind: 'hold', reason: 'coolingDown', retryAfterMs: minutes(4) });
    expect(after(state, decisions).leases).toEqual([]);
  });

  it('replaces the lease that a run renews after a person approved', () => {
    const state = after(emptyGuardState(), decidePermits(emptyGuardState(), [aPermitRequest()], clock));
    const renewal = aPermitRequest({ requestId: 'run-1.0.approved', renews: 'run-1.0' });
    const decisions = decidePermits(state, [renewal], { ...clock, nowMs: now + minutes(3) });
    expect(decisions[0]?.verdict.kind).toBe('grant');
    expect(after(state, decisions)).toMatchObject({ acts: [], leases: [{ requestId: 'run-1.0.approved' }] });
  });

  it('keeps a reset workload’s acts in the budget', () => {
    const acted = applyEffects(after(emptyGuardState(), decidePermits(emptyGuardState(), [aPermitRequest()], clock)), [
      { type: 'leaseClosed', requestId: 'run-1.0', result: 'unhealthy', atMs: now },
      {
        type: 'workloadReset',
        reset: { workload: 'shop/Deployment/checkout', who: 'ada', why: 'fixed by hand', atMs: now },
      },
    ]);
    expect(acted.acts).toMatchObject([{ isForgiven: true }]);
    expect(decidePermits(acted, [aPermitRequest({ requestId: 'next' })], clock)[0]?.verdict.kind).toBe('grant');
  });

  it('returns a permit that was not used: reserved + free stays the capacity', () => {
    const granted = after(emptyGuardState(), decidePermits(emptyGuardState(), [aPermitRequest()], clock));
    const returned = applyEffects(granted, [{ type: 'leaseClosed', requestId: 'run-1.0', atMs: now }]);
    expect(returned).toMatchObject({ leases: [], acts: [] });
  });
});

/** One thing that may happen to the guard, in any order. */
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('ask' as const), workload: fc.nat(8), run: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('release' as const), run: fc.nat(30), acted: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('pass' as const), minutes: fc.nat(12) }) },
);

describe('over any schedule of requests, releases, lost releases and time', () => {
  it('G1, G2 and G3 hold', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), (schedule) => {
        let state = emptyGuardState();
        let nowMs = now;
        const grants: { request: PermitRequest; atMs: number }[] = [];
        for (const [index, event] of schedule.entries()) {
          if (event.type === 'pass') nowMs += minutes(event.minutes);
          if (event.type === 'release') {
            const lease = state.leases.find(({ runId }) => runId === `run-${event.run}`);
            if (lease && lease.expiresAtMs > nowMs) {
              state = applyEffects(state, [
                {
                  type: 'leaseClosed',
                  requestId: lease.requestId,
                  ...(event.acted ? { result: 'unhealthy' } : {}),
                  atMs: nowMs,
                },
              ]);
            }
          }
          if (event.type !== 'ask') continue;
          const runId = `run-${event.run}`;
          const target = aTarget({ workload: `w${event.workload}`, namespace: `n${event.workload % 3}` });
          const request = aPermitRequest({
            requestId: `${runId}.${index}`,
            runId,
            workflowId: runId,
            target,
            allowedNamespaces: ['n0', 'n1', 'n2'],
          });
          const [decision] = decidePermits(state, [request], { ...clock, nowMs });
          state = applyEffects(state, decision?.effects ?? []);
          if (decision?.verdict.kind === 'grant') grants.push({ request, atMs: nowMs });
          for (const { workload } of state.leases) {
            const holders = state.leases.filter((lease) => lease.workload === workload).map((lease) => lease.runId);
            expect(new Set(holders).size).toBe(1);
          }
          const others = state.leases.filter((lease) => lease.runId !== runId);
          expect(others.length).toBeLessThanOrEqual(defaultLimits.concurrency.cluster);
        }
        for (const end of state.acts) {
          const inWindow = state.acts.filter((act) => act.atMs > end.atMs - minutes(10) && act.atMs <= end.atMs);
          expect(inWindow.length).toBeLessThanOrEqual(15);
        }
        for (const { request, atMs } of grants) {
          const key = `${request.target.namespace}/Deployment/${request.target.workload.name}`;
          const before = state.acts.filter((act) => act.workload === key && act.atMs < atMs).at(-1);
          if (before !== undefined) expect(atMs - before.atMs).toBeGreaterThanOrEqual(minutes(5));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
