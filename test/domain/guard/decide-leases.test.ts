import { describe, expect, it } from '@jest/globals';
import { decidePermits } from '../../../domain/guard/decide.ts';
import type { PermitRequest } from '../../../domain/guard/permit.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import { applyEffects, emptyGuardState, type GuardState } from '../../../domain/guard/state.ts';
import {
  aGuardState,
  aLease,
  anAct,
  aPermitRequest,
  aTarget,
  minutes,
  now,
  surroundings,
} from '../../support/builders.ts';
import { ask, at, clock, granted, key } from './ask.ts';

describe('a lease', () => {
  it('that expired counts as spent: its workload cools down from the moment it expired', () => {
    const state = aGuardState({ leases: [aLease({ workload: key, expiresAtMs: now - minutes(1) })] });
    const { verdict, after } = ask(state, aPermitRequest());
    expect(verdict).toMatchObject({ kind: 'hold', reason: 'coolingDown', retryAfterMs: minutes(4) });
    expect(after.leases).toEqual([]);
  });

  it('that somebody took under the id of another request is not its answer', () => {
    const forged = [
      aLease({ workload: 'shop/Deployment/other' }),
      aLease({ workload: key, action: 'scale' }),
      aLease({ workload: key, workflowId: 'another' }),
      aLease({ workload: key, runId: 'another' }),
    ];
    for (const lease of forged) {
      const spent = Array.from({ length: 20 }, () => anAct({ atMs: now - 1 }));
      const state = aGuardState({ leases: [{ ...lease, requestId: 'run-1.0' }], acts: spent });
      const { verdict, after } = ask(state, aPermitRequest({ requestId: 'run-1.0' }));
      expect(verdict?.kind).not.toBe('grant');
      expect(after.leases).toEqual([]);
    }
  });

  it('that was not used is returned: reserved + free stays the capacity', () => {
    const returned = applyEffects(granted(), [{ type: 'leaseClosed', requestId: 'run-1.0', atMs: now }]);
    expect(returned).toMatchObject({ leases: [], acts: [] });
    expect(ask(returned, aPermitRequest({ requestId: 'run-1.1' })).verdict?.kind).toBe('grant');
  });

  it('that its run never gave back stands in the way of the run’s next act as well', () => {
    const next = aPermitRequest({ requestId: 'run-1.1' });
    expect(ask(granted(), next, at(1))).toMatchObject({ guard: 'cooldown', verdict: { reason: 'coolingDown' } });
    expect(ask(granted(), next, at(10)).verdict).toMatchObject({ reason: 'coolingDown', retryAfterMs: minutes(1) });
    expect(ask(granted(), next, at(11)).verdict?.kind).toBe('grant');
  });

  it('of a workload that a person reset keeps its act in the budget', () => {
    const acted = applyEffects(granted(), [
      { type: 'leaseClosed', requestId: 'run-1.0', result: 'unhealthy', atMs: now },
      { type: 'workloadReset', reset: { workload: key, who: 'ada', why: 'fixed by hand', atMs: now } },
    ]);
    expect(acted.acts).toMatchObject([{ isForgiven: true }]);
    expect(ask(acted, aPermitRequest({ requestId: 'next' })).verdict?.kind).toBe('grant');
    const more = {
      ...acted,
      acts: [...acted.acts, ...Array.from({ length: 4 }, () => anAct({ isForgiven: true, atMs: now }))],
    };
    expect(ask(more, aPermitRequest({ requestId: 'next' })).guard).toBe('budget');
  });
});

describe('a lease that is renewed after a person approved', () => {
  const renewal = aPermitRequest({ requestId: 'run-1.0.approved', renews: 'run-1.0' });

  it('is replaced', () => {
    const { verdict, after } = ask(granted(), renewal, at(3));
    expect(verdict).toEqual({ kind: 'grant', grantedAtMs: now + minutes(3), expiresAtMs: now + minutes(9) });
    expect(after).toMatchObject({ acts: [], leases: [{ requestId: 'run-1.0.approved' }] });
  });

  it('is given back when the renewal is refused', () => {
    const paused = { ...granted(), pauses: [{ id: '1', who: 'ada', why: 'x', sinceMs: now }] };
    expect(ask(paused, renewal, at(3))).toMatchObject({ guard: 'paused', after: { leases: [], acts: [] } });
  });

  it('does not count against its own renewal, however small the budget', () => {
    const limits = { ...defaultLimits, budget: { burst: 1, perWindow: 1, windowMs: minutes(10) } };
    expect(ask(granted(), renewal, { ...at(3), limits }).verdict?.kind).toBe('grant');
  });

  it('counts as spent when it ran out before', () => {
    expect(ask(granted(), renewal, at(7)).verdict).toMatchObject({ reason: 'coolingDown', retryAfterMs: minutes(4) });
  });
});

describe('a question to a person', () => {
  const question = (name: string, given: Partial<PermitRequest> = {}) =>
    aPermitRequest({
      ...{ requestId: name, runId: name, workflowId: `remediation/default/X/${name}`, asksPerson: true },
      ...{
        target: aTarget({ workload: name }),
        surroundings: surroundings({ zone: 'zone-b', workloads: 50 }),
        ...given,
      },
    });
  const askAll = (state: GuardState, requests: PermitRequest[], limits = defaultLimits) => {
    const decisions = decidePermits(state, requests, { ...clock, limits });
    const verdicts = decisions.map(({ verdict }) => verdict);
    return {
      verdicts,
      after: applyEffects(
        state,
        decisions.flatMap(({ effects }) => effects),
      ),
    };
  };
  const five = askAll(
    emptyGuardState(),
    ['a', 'b', 'c', 'd', 'e'].map((name) => question(name)),
  );

  it('reserves its workload only: five of them stop neither the namespace, the cluster, the budget nor another zone', () => {
    expect(five.verdicts.map(({ kind }) => kind)).toEqual(Array(5).fill('grant'));
    const next = askAll(five.after, [
      aPermitRequest({ surroundings: surroundings({ zone: 'zone-a', workloads: 50 }) }),
    ]);
    expect(next.verdicts[0]?.kind).toBe('grant');
  });

  it('reserves its workload: another run of it joins', () => {
    const other = question('other', { target: aTarget({ workload: 'a' }) });
    expect(askAll(five.after, [other]).verdicts[0]).toMatchObject({ kind: 'deny', reason: 'leasedByAnotherRun' });
  });

  it('does not stand in the way of the one act that a calming storm lets through', () => {
    const halfOpen = {
      ...five.after,
      storm: { kind: 'halfOpen' as const, sinceMs: now, why: 'many', calmSinceMs: now },
    };
    expect(askAll(halfOpen, [aPermitRequest()]).verdicts[0]?.kind).toBe('grant');
  });

  it('that a person answered is judged by every rule, and stays reserved while it is held', () => {
    const spent = { ...five.after, acts: Array.from({ length: 5 }, () => anAct({ atMs: now })) };
    const yes = question('a.approved', { runId: 'a', target: aTarget({ workload: 'a' }), renews: 'a' });
    const { asksPerson: _, ...renewal } = yes;
    const { verdicts, after } = askAll(spent, [renewal]);
    expect(verdicts[0]).toMatchObject({ kind: 'hold', reason: 'budgetSpent' });
    expect(after.leases).toContainEqual(expect.objectContaining({ requestId: 'a', isQuestion: true }));
    const { after: acting } = askAll(five.after, [renewal]);
    expect(acting.leases.filter(({ isQuestion }) => isQuestion !== true)).toMatchObject([{ requestId: 'a.approved' }]);
    expect(acting.leases).toHaveLength(5);
  });

  it('that ran out allowed nothing: no act is assumed', () => {
    const { after } = askAll(five.after, []);
    const late = decidePermits(after, [aPermitRequest()], at(7));
    expect(
      applyEffects(
        after,
        late.flatMap(({ effects }) => effects),
      ),
    ).toMatchObject({ acts: [] });
  });

  it('is held when a hundred are open', () => {
    const leases = Array.from({ length: 100 }, (_, index) =>
      aLease({ workload: `n/Deployment/${index}`, isQuestion: true }),
    );
    expect(askAll(aGuardState({ leases }), [question('z')]).verdicts[0]).toMatchObject({ reason: 'clusterBusy' });
  });
});

describe('a request that a rule fails on', () => {
  it('is held by itself, and the others of its batch are answered', () => {
    const broken = { ...aPermitRequest({ requestId: 'broken' }), settings: {} } as unknown as PermitRequest;
    const decisions = decidePermits(emptyGuardState(), [broken, aPermitRequest()], clock);
    expect(decisions.map(({ verdict }) => verdict.kind)).toEqual(['hold', 'grant']);
    expect(decisions[0]?.verdict).toMatchObject({ reason: 'guardUnavailable' });
  });
});

describe('a grant', () => {
  const noon = { schedule: '0 12 * * *', duration: '1h' };
  const limits = { ...defaultLimits, freezes: [{ schedule: '2 10 * * *', duration: minutes(60), timeZone: 'UTC' }] };

  it('ends before a freeze begins, while its lease lives on', () => {
    const { verdict, after } = ask(emptyGuardState(), aPermitRequest(), { ...clock, limits });
    expect(verdict).toEqual({ kind: 'grant', grantedAtMs: now, expiresAtMs: now + minutes(2) });
    expect(after.leases[0]?.expiresAtMs).toBe(now + minutes(6));
  });

  it('is the same when it is asked for again', () => {
    const first = ask(emptyGuardState(), aPermitRequest(), { ...clock, limits });
    expect(ask(first.after, aPermitRequest(), { ...at(1), limits }).verdict).toEqual(first.verdict);
  });

  it('ends when the policy’s window closes, and not before its lease would', () => {
    const windows = [{ schedule: '0 9 * * *', duration: '64m' }];
    const within = ask(emptyGuardState(), aPermitRequest({ spec: { guards: { windows } } }));
    expect(within.verdict).toMatchObject({ expiresAtMs: now + minutes(4) });
    const later = ask(emptyGuardState(), aPermitRequest({ spec: { guards: { freezes: [noon] } } }));
    expect(later.verdict).toMatchObject({ expiresAtMs: now + minutes(6) });
  });
});

describe('a run that was reset', () => {
  const again = (given: object = {}) => ({ ...aPermitRequest(given), resetRunId: 'run-1-again' });

  it('is taken to have acted under its lease of before, and its workload cools down', () => {
    const { verdict, after } = ask(granted(), again(), at(1));
    expect(verdict).toMatchObject({ kind: 'hold', reason: 'coolingDown' });
    expect(after).toMatchObject({ leases: [], acts: [{ runId: 'run-1', atMs: now + minutes(1), result: 'lost' }] });
  });

  it('is taken to have acted under a lease of a later request, too', () => {
    const { verdict } = ask(granted(), again({ requestId: 'run-1.7' }), at(1));
    expect(verdict).toMatchObject({ kind: 'hold', reason: 'coolingDown' });
  });

  it('did nothing while a person was asked', () => {
    const asked = ask(emptyGuardState(), { ...aPermitRequest(), asksPerson: true }).after;
    const { verdict, after } = ask(asked, { ...again(), asksPerson: true }, at(1));
    expect(verdict).toMatchObject({ kind: 'grant', grantedAtMs: now + minutes(1) });
    expect(after).toMatchObject({ acts: [], leases: [{ resetRunId: 'run-1-again' }] });
  });

  it('keeps what it was granted since, and gets the same answer again', () => {
    const first = ask(emptyGuardState(), again());
    const second = ask(first.after, again(), at(1));
    expect(second.verdict).toEqual(first.verdict);
    expect(second.after.leases).toEqual(first.after.leases);
  });

  it('takes no lease from another run', () => {
    const { after } = ask(
      granted(),
      again({ runId: 'run-2', workflowId: 'remediation/other', requestId: 'run-2.0' }),
      at(1),
    );
    expect(after.leases).toMatchObject([{ runId: 'run-1' }]);
  });
});

describe('a rehearsal', () => {
  const rehearsal = (given: object = {}) => aPermitRequest({ isRehearsal: true, ...given });

  it('hears what a request would hear, and leaves no trace but that the workload alerts', () => {
    const { verdict, after } = ask(emptyGuardState(), rehearsal());
    expect(verdict?.kind).toBe('grant');
    expect(after).toEqual({ ...emptyGuardState(), alerting: after.alerting, nodes: 4 });
    expect(after.alerting).toHaveLength(1);
  });

  it('is refused without being remembered, and without speaking for anybody', () => {
    const failing = rehearsal({ surroundings: surroundings({ workload: { total: 4, unhealthy: 4 } }) });
    const { guard, verdict, after } = ask(emptyGuardState(), failing);
    expect(guard).toBe('maxUnhealthy');
    expect(verdict).toMatchObject({ incident: { speaker: 'remediation/default/PodCrashLooping/a1' } });
    expect(after).toEqual({ ...emptyGuardState(), alerting: after.alerting, nodes: 4 });
  });

  it('counts for the breaker: the workload does alert', () => {
    const alerting = Array.from({ length: 20 }, (_, index) => ({
      workload: `w${index}`,
      namespace: `n${index}`,
      atMs: now,
      traits: [],
    }));
    const { guard, after } = ask(aGuardState({ alerting }), rehearsal());
    expect([guard, after.storm?.kind]).toEqual(['storm', 'open']);
  });
});
