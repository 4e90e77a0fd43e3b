import { describe, expect, it } from '@jest/globals';
import { decidePermits, judgeAll, passTime } from '../../../domain/guard/decide.ts';
import { rules } from '../../../domain/guard/rules/index.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import { emptyGuardState } from '../../../domain/guard/state.ts';
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

describe('a request', () => {
  it('that is modest is granted, and its lease stands with all that an act needs', () => {
    const { verdict, guard, after } = ask(emptyGuardState(), aPermitRequest());
    expect(verdict).toEqual({ kind: 'grant', grantedAtMs: now, expiresAtMs: now + minutes(6) });
    expect(guard).toBeUndefined();
    expect(after.leases).toEqual([
      {
        requestId: 'run-1.0',
        workflowId: 'remediation/default/PodCrashLooping/a1',
        runId: 'run-1',
        workload: key,
        namespace: 'shop',
        node: 'node-1',
        zone: 'zone-a',
        action: 'evictPod',
        failure: 'CrashLoopBackOff app Error exit 1',
        grantedAtMs: now,
        expiresAtMs: now + minutes(6),
      },
    ]);
  });

  it('tells that its workload alerts and fails, whatever is answered', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    for (const state of [emptyGuardState(), aGuardState({ pauses })]) {
      const request = aPermitRequest({ surroundings: surroundings({ traits: ['node/node-1'], workloads: 9 }) });
      const { after } = ask(state, request);
      expect(after.alerting).toEqual([
        { workload: key, namespace: 'shop', atMs: now, traits: ['node/node-1'], known: 9 },
      ]);
      expect(after.changes).toEqual([{ workload: key, atMs: now, to: 'failing' }]);
    }
  });

  it('that is refused is told by which rule, and is remembered', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    const verdict = { kind: 'deny', reason: 'paused', detail: 'paused by ada: x' };
    const asked = ask(aGuardState({ pauses }), aPermitRequest());
    expect(asked).toMatchObject({ guard: 'paused', verdict });
    expect(asked.after.answers).toEqual([{ requestId: 'run-1.0', verdict, atMs: now }]);
  });

  it('is refused by the first rule that objects', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    const state = aGuardState({ pauses, storm: { kind: 'open', sinceMs: now, why: 'many' }, acts: [anAct()] });
    expect(ask(state, aPermitRequest()).guard).toBe('paused');
    expect(ask({ ...state, pauses: [] }, aPermitRequest()).guard).toBe('storm');
  });

  it('that opens the breaker is refused by it: within one decision', () => {
    const alerting = Array.from({ length: 20 }, (_, index) => ({
      workload: `n${index}/Deployment/w`,
      namespace: `n${index}`,
      atMs: now,
      traits: [],
    }));
    const { guard, after } = ask(aGuardState({ alerting }), aPermitRequest());
    expect(guard).toBe('storm');
    expect(after.storm).toMatchObject({ kind: 'open', why: '21 workloads alert within 5 min' });
  });

  it('is answered in a sentence, not in a page', () => {
    const allowedNamespaces = Array.from({ length: 400 }, (_, index) => `namespace-${index}`);
    const { verdict, after } = ask(emptyGuardState(), aPermitRequest({ allowedNamespaces }));
    expect(verdict?.kind === 'deny' && verdict.detail.length).toBe(500);
    expect(JSON.stringify(after.answers).length).toBeLessThan(700);
  });
});

describe('the same requestId', () => {
  it('gets the same grant, and one lease', () => {
    const again = ask(granted(), aPermitRequest(), at(1));
    expect(again.verdict).toEqual({ kind: 'grant', grantedAtMs: now, expiresAtMs: now + minutes(6) });
    expect(again.after.leases).toHaveLength(1);
    expect(again.after.changes).toHaveLength(1);
  });

  it('gets the same refusal, even when its cause is gone', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    const refused = ask(aGuardState({ pauses }), aPermitRequest());
    const again = ask({ ...refused.after, pauses: [] }, aPermitRequest(), at(5));
    expect(again.verdict).toEqual(refused.verdict);
    expect(again.guard).toBeUndefined();
  });

  it('of another request is not taken for it', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    const refused = ask(aGuardState({ pauses }), aPermitRequest({ requestId: 'other' })).after;
    expect(ask({ ...refused, pauses: [] }, aPermitRequest()).verdict?.kind).toBe('grant');
    const leased = ask(emptyGuardState(), aPermitRequest({ requestId: 'other' })).after;
    expect(ask(leased, aPermitRequest({ runId: 'run-2' })).guard).toBe('concurrency');
  });

  it('is judged anew once its lease ran out, and then the workload cools down', () => {
    expect(ask(granted(), aPermitRequest(), { ...clock, nowMs: now + minutes(6) - 1 }).verdict?.kind).toBe('grant');
    const { verdict, after } = ask(granted(), aPermitRequest(), at(6));
    expect(verdict).toMatchObject({ kind: 'hold', reason: 'coolingDown', retryAfterMs: minutes(5) });
    expect(after).toMatchObject({ leases: [], acts: [{ atMs: now + minutes(6), result: 'lost' }] });
  });

  it('is judged anew after ten minutes', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    const refused = { ...ask(aGuardState({ pauses }), aPermitRequest()).after, pauses: [] };
    expect(ask(refused, aPermitRequest(), at(10)).verdict?.kind).toBe('grant');
  });
});

describe('a batch', () => {
  const batch = ['a', 'b'].map((id) => aPermitRequest({ requestId: id, runId: id, workflowId: id }));

  it('lets each request see what the ones before it were granted', () => {
    const verdicts = decidePermits(emptyGuardState(), batch, clock).map(({ verdict }) => verdict);
    expect(verdicts).toMatchObject([{ kind: 'grant' }, { kind: 'deny', reason: 'leasedByAnotherRun', holder: 'a' }]);
  });

  it('answers a request that stands in it twice once', () => {
    const decisions = decidePermits(emptyGuardState(), [aPermitRequest(), aPermitRequest()], clock);
    expect(decisions[1]?.verdict).toEqual(decisions[0]?.verdict);
    expect(decisions[1]?.effects).toEqual([]);
  });

  it('lets time pass once, before the first', () => {
    const state = aGuardState({ leases: [aLease({ expiresAtMs: now - 1 })] });
    const decisions = decidePermits(state, batch, clock);
    const closed = decisions.map(({ effects }) => effects.filter(({ type }) => type === 'leaseClosed').length);
    expect(closed).toEqual([1, 0]);
    expect(decisions[0]?.effects[1]).toEqual({ type: 'pruned', nowMs: now });
  });

  it('never gives away more than one by one', () => {
    const many = Array.from({ length: 9 }, (_, index) => {
      const target = aTarget({ workload: `w${index}`, namespace: `n${index}` });
      return aPermitRequest({ requestId: `${index}`, runId: `${index}`, target, allowedNamespaces: [`n${index}`] });
    });
    const kinds = decidePermits(emptyGuardState(), many, clock).map(({ verdict }) => verdict.kind);
    expect(kinds).toEqual([...Array(5).fill('grant'), ...Array(4).fill('hold')]);
  });

  it('of nothing gives no answer', () => {
    expect(decidePermits(emptyGuardState(), [], clock)).toEqual([]);
  });
});

describe('time alone', () => {
  it('turns a lease that ran out into an act of that moment', () => {
    const leases = [aLease({ requestId: 'r1', expiresAtMs: now }), aLease({ requestId: 'r2', expiresAtMs: now + 1 })];
    expect(passTime(aGuardState({ leases }), clock)).toEqual([
      { type: 'leaseClosed', requestId: 'r1', result: 'lost', atMs: now },
      { type: 'pruned', nowMs: now },
    ]);
  });

  it('closes the breaker', () => {
    const storm = {
      kind: 'halfOpen' as const,
      sinceMs: now - minutes(30),
      why: 'many',
      calmSinceMs: now - minutes(10),
    };
    expect(passTime(aGuardState({ storm }), clock)).toEqual([{ type: 'pruned', nowMs: now }, { type: 'storm' }]);
  });

  it('forgets alerts before it judges the breaker', () => {
    const alerting = Array.from({ length: 30 }, (_, index) => ({
      workload: `w${index}`,
      namespace: 'shop',
      atMs: now - minutes(10),
      traits: [],
    }));
    const limits = { ...defaultLimits, storm: { ...defaultLimits.storm, withinMs: minutes(60) } };
    expect(passTime(aGuardState({ alerting }), { ...clock, limits })).toEqual([{ type: 'pruned', nowMs: now }]);
  });
});

describe('what every rule says', () => {
  it('is said in their order, with nothing remembered', () => {
    const pauses = [{ id: '1', who: 'ada', why: 'x', sinceMs: now }];
    const opinions = judgeAll(aGuardState({ pauses, acts: [anAct()] }), aPermitRequest(), clock);
    expect(opinions.map(({ guard }) => guard)).toEqual(rules.map(({ name }) => name));
    expect(opinions.filter(({ rejection }) => rejection !== undefined).map(({ guard }) => guard)).toEqual([
      'paused',
      'cooldown',
    ]);
  });

  it('is said after time has passed, and knowing of the request itself', () => {
    const leases = [aLease({ workload: key, expiresAtMs: now })];
    const said = judgeAll(aGuardState({ leases }), aPermitRequest(), clock);
    expect(said.find(({ guard }) => guard === 'concurrency')).toStrictEqual({ guard: 'concurrency' });
    expect(said.find(({ guard }) => guard === 'cooldown')?.rejection?.reason).toBe('coolingDown');
    const alerting = Array.from({ length: 20 }, (_, index) => ({
      workload: `w${index}`,
      namespace: `n${index}`,
      atMs: now,
      traits: [],
    }));
    const stormy = judgeAll(aGuardState({ alerting }), aPermitRequest(), clock);
    expect(stormy.find(({ guard }) => guard === 'storm')?.rejection?.reason).toBe('storm');
  });
});
