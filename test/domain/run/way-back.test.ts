import { describe, expect, it } from '@jest/globals';
import { decidePermits } from '../../../domain/guard/decide.ts';
import { joinIncident } from '../../../domain/guard/incidents.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import { applyEffects, type GuardState } from '../../../domain/guard/state.ts';
import { passesByItself, passingReasons, standingOf, sweepAtMs } from '../../../domain/run/way-back.ts';
import { aGuardState, aPermitRequest, minutes, now } from '../../support/builders.ts';

const pauses = [{ id: 'p', who: 'ada', why: 'migration', sinceMs: now }];
const storm = { kind: 'open' as const, sinceMs: now, why: 'many', calmSinceMs: now };
const refusedAt = (state: GuardState, atMs: number) => applyEffects(state, [{ type: 'refused', atMs }]);
const asked = (state: GuardState) => {
  const decisions = decidePermits(state, [aPermitRequest()], { nowMs: now, limits: defaultLimits, guardId: 'guard/a' });
  return applyEffects(
    state,
    decisions.flatMap(({ effects }) => effects),
  );
};

describe('a reason that passes by itself', () => {
  it.each(['clusterUnavailable', 'guardUnavailable', 'paused', 'storm', 'heldTooLong'] as const)(
    'is %s, for runs that ended and for escalations that are open',
    (reason) => {
      expect(passesByItself(reason)).toBe(true);
      expect(passingReasons).toContain(reason);
    },
  );

  it('is none that a person has to look into', () => {
    for (const reason of ['sameFailure', 'ladderExhausted', undefined]) expect(passesByItself(reason)).toBe(false);
  });
});

describe('how a run stands', () => {
  it.each([
    ['running', {}, 'verifying'],
    ['running', { phase: 'Escalated', reason: 'paused' }, 'open'],
    ['completed', { outcome: 'denied', reason: 'storm' }, 'refused'],
    ['completed', { outcome: 'notActionable', reason: 'paused' }, 'refused'],
    ['completed', { outcome: 'denied', reason: 'dailyAttempts' }, 'ended'],
    ['completed', { outcome: 'escalated', reason: 'paused' }, 'ended'],
    ['stopped', { outcome: 'denied', reason: 'storm' }, 'ended'],
  ] as const)('is told by its attributes: %s, %j is %s', (status, attributes, standing) => {
    expect(standingOf({ status, ...attributes })).toBe(standing);
  });
});

describe('what was refused', () => {
  it('is remembered where a pause or a storm refused it, and not where a rule refused it for good', () => {
    expect(asked(aGuardState({ pauses })).refused).toEqual({ sinceMs: now, lastMs: now });
    expect(asked(aGuardState({ storm })).refused).toEqual({ sinceMs: now, lastMs: now });
    expect(asked(aGuardState()).refused).toBeUndefined();
  });

  it('is looked at again after every pause and every storm, also where no run could say that it was refused', () => {
    const resume = { id: 'p', who: 'ada', why: 'done', atMs: now + minutes(9) };
    const resumed = applyEffects(aGuardState({ pauses }), [{ type: 'resumed', resume }]);
    expect(resumed.refused).toEqual({ sinceMs: now, lastMs: now + minutes(9) });
    expect(applyEffects(aGuardState({ storm }), [{ type: 'storm' }]).refused).toEqual({ sinceMs: now, lastMs: now });
    expect(applyEffects(aGuardState(), [{ type: 'storm' }, { type: 'resumed', resume }]).refused).toBeUndefined();
  });

  it('is looked at again seconds after the first refusal, when nothing is stopped any more', () => {
    const refused = refusedAt(refusedAt(aGuardState(), now), now + minutes(3));
    expect(sweepAtMs(refused)).toBe(now + 5_000);
    expect(sweepAtMs({ ...refused, pauses })).toBeUndefined();
    expect(sweepAtMs({ ...refused, storm })).toBeUndefined();
    expect(sweepAtMs({ ...refused, storm: { ...storm, kind: 'halfOpen' } })).toBe(now + 5_000);
    expect(sweepAtMs(aGuardState())).toBeUndefined();
  });

  it('is forgotten when the sweep starts, except for runs that may still be closing', () => {
    const started = (lastMs: number) =>
      applyEffects(refusedAt(refusedAt(aGuardState(), now), lastMs), [
        { type: 'sweepStarted', nowMs: now + minutes(9) },
      ]).refused;
    expect(started(now + minutes(9) - 60_000)).toBeUndefined();
    expect(started(now + minutes(9) - 59_999)).toMatchObject({ sinceMs: now + minutes(9) - 59_999 });
  });
});

describe('a cluster that cannot be read', () => {
  const report = (state: GuardState, workflowId: string, atMs = now) => {
    const { ref, effects } = joinIncident(state, { key: 'clusterUnavailable', workflowId }, atMs);
    return { speaker: ref.speaker, after: applyEffects(state, effects) };
  };

  it('is spoken about by the first run that reports it, and every run that does is looked at again', () => {
    const first = report(aGuardState(), 'a');
    expect(first.speaker).toBe('a');
    expect(report(first.after, 'b', now + minutes(1))).toMatchObject({
      speaker: 'a',
      after: { refused: { sinceMs: now, lastMs: now + minutes(1) } },
    });
  });

  it('is a new incident after a run could read it again and nobody reported it for five minutes', () => {
    const { after } = report(aGuardState(), 'a', now - minutes(5));
    expect(report(asked(after), 'b').speaker).toBe('b');
    const { after: recent } = report(aGuardState(), 'a', now - minutes(5) + 1);
    expect(report(asked(recent), 'b').speaker).toBe('a');
  });
});
