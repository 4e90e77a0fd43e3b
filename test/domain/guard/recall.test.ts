import { describe, expect, it } from '@jest/globals';
import { recalled, unreadable } from '../../../domain/guard/recall.ts';
import { emptyGuardState, type GuardState } from '../../../domain/guard/state.ts';
import { aGuardState, anAct, now } from '../../support/builders.ts';

const pause = (id: string) => ({ id, who: 'ada', why: 'migration', sinceMs: now });
const paused = (id: string) => ({ type: 'paused' as const, pause: pause(id) });

describe('the memory of a guard that was ended', () => {
  it('is the state of the run before, and what later runs heard before they had one', () => {
    const state = aGuardState({ pauses: [pause('a')], acts: [anAct()] });
    expect(recalled({ kind: 'found', runId: 'r', state, heard: [paused('b')] })).toEqual({
      ...state,
      pauses: [pause('a'), pause('b')],
    });
  });

  it('is empty where the cluster never had a guard', () => {
    expect(recalled({ kind: 'first', heard: [] })).toEqual(emptyGuardState());
  });

  it('may be of an older release: what that did not know is empty', () => {
    const {
      notices: _,
      matched: __,
      truncations: ___,
      resumes: ____,
      unknownClusters: _____,
      ...old
    } = aGuardState({
      pauses: [pause('a')],
    });
    const state = recalled({ kind: 'found', runId: 'r', state: old as Partial<GuardState>, heard: [] });
    expect(state).toEqual(aGuardState({ pauses: [pause('a')] }));
  });

  it('that cannot be read leaves a pause that says so, which resume lifts, and one message to people', () => {
    const { pauses, notices } = unreadable({ cluster: 'north', runId: 'r1', nowMs: now });
    expect(pauses).toMatchObject([{ id: 'restored/r1', who: 'Mendflow' }]);
    expect(pauses[0]?.why).toContain('its memory cannot be read');
    expect(notices).toMatchObject([{ kind: 'escalation', reason: 'paused', answer: ['mendflow resume'] }]);
  });
});
