import { describe, expect, it } from '@jest/globals';
import {
  type AlertHistory,
  firingSince,
  hearFiring,
  hearResolved,
  isNextEpisode,
} from '../../../domain/alert/episode.ts';

const at = (time: string) => ({ startsAt: `2026-03-01T${time}Z`, receivedAt: `2026-03-01T${time}Z` });
const atMs = (time: string) => Date.parse(at(time).startsAt);
const open = { isClosing: false };
const closing = { isClosing: true };

/** An alert that fires since ten o'clock, and what was heard of it after that. */
function after(...said: ['fires' | 'resolved', string][]): AlertHistory {
  return said.reduce<AlertHistory>(
    (history, [what, time]) => {
      const hear = what === 'fires' ? hearFiring : hearResolved;
      return hear(history, at(time), atMs('10:30:00')).history;
    },
    firingSince(at('10:00:00').startsAt),
  );
}

describe('what a run hears of its alert', () => {
  it.each([
    ['a repeat of the same firing', after(), '10:00:00', 'repeat'],
    ['the same firing from the other Alertmanager of a pair', after(), '10:00:07', 'repeat'],
    ['a firing that is older', after(), '09:59:00', 'repeat'],
    ['a firing that began after the end', after(['resolved', '10:00:00']), '10:20:00', 'anew'],
    ['the old firing, delivered after its end', after(['resolved', '10:00:00']), '10:00:00', 'late'],
    ['the other copy of the old firing', after(['fires', '10:00:07'], ['resolved', '10:00:00']), '10:00:07', 'late'],
  ] as const)('calls %s by its name', (_what, history, time, heard) => {
    expect(hearFiring(history, at(time), atMs('10:30:00')).heard).toBe(heard);
  });

  it('counts a change for each end and each new firing, and none for what came late', () => {
    const history = after(
      ['resolved', '10:00:00'],
      ['fires', '10:00:00'],
      ['resolved', '10:00:00'],
      ['fires', '10:20:00'],
    );
    expect(history).toMatchObject({ isResolved: false, refirings: 1, startsAtMs: atMs('10:20:00') });
    expect(history.changesMs).toHaveLength(2);
  });

  it('does not take the end of an earlier firing for the end of this one', () => {
    const history = after(['resolved', '10:00:00'], ['fires', '10:20:00']);
    expect(hearResolved(history, at('10:00:00'), atMs('10:30:00'))).toEqual({ history, isNews: false });
    expect(hearResolved(history, at('10:20:00'), atMs('10:30:00')).isNews).toBe(true);
  });

  it('says the same end once', () => {
    expect(hearResolved(after(['resolved', '10:00:00']), at('10:00:00'), atMs('10:30:00')).isNews).toBe(false);
  });

  it('keeps a hundred changes and no more', () => {
    const cycles = Array.from({ length: 200 }, (_, minute) => {
      const time = new Date(atMs('11:00:00') + minute * 60_000).toISOString().slice(11, 19);
      return [
        ['resolved', time],
        ['fires', time],
      ] as ['fires' | 'resolved', string][];
    });
    expect(after(['resolved', '10:00:00'], ...cycles.flat()).changesMs.length).toBeLessThanOrEqual(100);
  });
});

describe('an episode of its own', () => {
  it.each([
    ['begins after the alert was resolved', after(['resolved', '10:00:00']), '10:20:00', open, true],
    ['begins much later, though nobody said that it was resolved', after(), '10:20:00', open, true],
    ['is not a repeat', after(), '10:00:00', open, false],
    ['is not the copy of the other Alertmanager', after(), '10:00:59', open, false],
    ['begins later in any way, once the run has done its work', after(), '10:00:01', closing, true],
    ['is not a repeat even then', after(), '10:00:00', closing, false],
    ['has a start that can be read', after(), 'noon', closing, false],
  ])('%s', (_what, history, time, run, isNext) => {
    expect(isNextEpisode(history, at(time), run)).toBe(isNext);
  });
});
