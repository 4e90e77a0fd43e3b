import { describe, expect, it } from '@jest/globals';
import { reachOf, shortRetention } from '../../../domain/run/retention.ts';

const dayMs = 86_400_000;
const nowMs = Date.parse('2026-03-31T10:00:00.000Z');
const kept = (days: number) => ({ namespace: 'mendflow', keptMs: days * dayMs });

describe('a retention', () => {
  it('of thirty days or more is long enough', () => {
    expect(shortRetention(kept(30))).toBeUndefined();
  });

  it('that is shorter is said, with the command that mends it', () => {
    const words = shortRetention(kept(1));
    expect(words).toContain('deletes the runs of namespace mendflow 1d after they end');
    expect(words).toContain('temporal operator namespace update --namespace mendflow --retention 30d');
  });
});

describe('how far records reach back', () => {
  const since = '2026-03-17T10:00:00.000Z';

  it('is as far as was asked where Temporal keeps them long enough', () => {
    expect(reachOf(since, kept(14), nowMs)).toEqual({ wholeSince: since });
  });

  it('is from when on they are whole, and what is missing is said', () => {
    expect(reachOf(since, kept(1), nowMs)).toEqual({
      wholeSince: '2026-03-30T10:00:00.000Z',
      missing: expect.stringMatching(/^Runs that ended before 2026-03-30T10:00:00.000Z are missing: .* for 1d\./),
    });
  });

  it('is not believed to be whole where the retention cannot be read', () => {
    expect(reachOf(since, undefined, nowMs).missing).toContain('could not be read');
  });
});
