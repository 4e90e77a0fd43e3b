import { describe, expect, it } from '@jest/globals';
import { paused } from '../../../../domain/guard/rules/paused.ts';
import { aGuardInput, aGuardState, now } from '../../../support/builders.ts';

const pause = (id: string, who: string, why: string) => ({ id, who, why, sinceMs: now });
const judged = (...pauses: ReturnType<typeof pause>[]) => paused.judge(aGuardInput({ state: aGuardState({ pauses }) }));

describe('paused', () => {
  it('denies everything while one pause stands, and says whose', () => {
    expect(judged(pause('1', 'ada', 'migration'))).toEqual({
      kind: 'deny',
      reason: 'paused',
      detail: 'paused by ada: migration',
    });
  });

  it('counts the others beside the first', () => {
    const verdict = judged(pause('1', 'ada', 'migration'), pause('2', 'bob', 'audit'), pause('3', 'eve', 'drill'));
    expect(verdict?.detail).toBe('paused by ada: migration (and 2 more)');
  });

  it('lets go when the last pause is lifted', () => {
    expect(judged()).toBeUndefined();
  });
});
