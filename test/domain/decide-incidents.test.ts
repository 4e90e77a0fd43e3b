import { describe, expect, it } from '@jest/globals';
import { decidePermits } from '../../domain/decide.ts';
import { applyEffects, emptyGuardState, type GuardState } from '../../domain/guard-state.ts';
import { defaultLimits } from '../../domain/guards/guard.ts';
import type { PermitRequest } from '../../domain/permit.ts';
import { aGuardState, aPermitRequest, aTarget, minutes, now, surroundings } from '../support/builders.ts';

const clock = { nowMs: now, limits: defaultLimits, guardId: 'guard/default' };
const broken = surroundings({ namespace: { total: 10, unhealthy: 9 } });
/** A request of a run in a namespace where nearly everything is broken. */
const from = (run: string, given: Partial<PermitRequest> = {}) =>
  aPermitRequest({
    requestId: `${run}.0`,
    runId: run,
    workflowId: run,
    target: aTarget({ workload: `of-${run}` }),
    surroundings: broken,
    ...given,
  });
const ask = (state: GuardState, request: PermitRequest, min = 0) => {
  const decisions = decidePermits(state, [request], { ...clock, nowMs: now + minutes(min) });
  const after = applyEffects(
    state,
    decisions.flatMap(({ effects }) => effects),
  );
  const verdict = decisions[0]?.verdict;
  return { after, incident: verdict?.kind === 'deny' ? verdict.incident : undefined };
};

describe('an incident', () => {
  it('is spoken about by the run that meets it first, and by no other', () => {
    const first = ask(emptyGuardState(), from('a'));
    expect(first.incident).toEqual({ key: 'maxUnhealthy/namespace/shop', speaker: 'a' });
    const second = ask(first.after, from('b'), 5);
    expect(second.incident).toEqual({ key: 'maxUnhealthy/namespace/shop', speaker: 'a' });
    expect(second.after.incidents).toEqual([
      { key: 'maxUnhealthy/namespace/shop', speaker: 'a', sinceMs: now, lastMs: now + minutes(5) },
    ]);
  });

  it('of another place has a speaker of its own', () => {
    const { after } = ask(emptyGuardState(), from('a'));
    const elsewhere = from('b', { target: aTarget({ namespace: 'bank' }), allowedNamespaces: ['bank'] });
    expect(ask(after, elsewhere).incident).toEqual({ key: 'maxUnhealthy/namespace/bank', speaker: 'b' });
  });

  it('ends when nothing is heard of it for half an hour; the next to meet it speaks', () => {
    const { after } = ask(emptyGuardState(), from('a'));
    expect(ask(after, from('b'), 29).incident?.speaker).toBe('a');
    expect(ask(after, from('b'), 30).incident?.speaker).toBe('b');
  });

  it('that goes on is spoken about again after four hours', () => {
    let state = emptyGuardState();
    const speakers: (string | undefined)[] = [];
    for (let min = 0; min <= 250; min += 25) {
      const { after, incident } = ask(state, from(`at-${min}`), min);
      state = after;
      speakers.push(incident?.speaker);
    }
    expect(speakers).toEqual([...Array(10).fill('at-0'), 'at-250']);
  });

  it('that is a storm is spoken about by the guard itself', () => {
    const storm = { kind: 'open' as const, sinceMs: now, why: 'many', calmSinceMs: now };
    const { incident, after } = ask(aGuardState({ storm }), from('a'));
    expect(incident).toEqual({ key: 'storm', speaker: 'guard/default' });
    expect(after.incidents).toEqual([{ key: 'storm', speaker: 'guard/default', sinceMs: now, lastMs: now }]);
  });

  it('is none where the refusal concerns one run only', () => {
    const { incident, after } = ask(emptyGuardState(), from('a', { allowedNamespaces: [] }));
    expect(incident).toBeUndefined();
    expect(after.incidents).toEqual([]);
  });
});
