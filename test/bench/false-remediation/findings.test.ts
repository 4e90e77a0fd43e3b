import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../../bench/act-latency/acts.ts';
import { findingsOf, isKept } from '../../../bench/false-remediation/findings.ts';
import type { Measured } from '../../../bench/false-remediation/measure.ts';
import { type Contender, type Mistake, wards } from '../../../bench/false-remediation/wards.ts';
import type { ListedRun } from '../../../bench/runs.ts';

const ward = (mistake: Mistake, contender: Contender) => {
  const found = wards.find((each) => each.mistake === mistake && each.contender === contender);
  if (found === undefined) throw new Error('no such ward');
  return found;
};

const aRun = (workflowId: string, changes: Partial<ListedRun> = {}): ListedRun => ({
  ...{ workflowId, runId: `run-of-${workflowId}`, events: 12, startedAtMs: 1, closedAtMs: 2, status: 'COMPLETED' },
  ...{ outcome: 'recovered', reason: 'workloadHealthy' },
  ...changes,
});

const anActIn = (namespace: string): Act => ({
  ...{ user: 'anybody', kind: 'deletion', namespace, pod: 'db-1', receivedAtMs: 1, doneAtMs: 2 },
});

const seen = (changes: Partial<Measured> = {}): Measured => ({
  sent: [
    { ward: ward('stale', 'mendflow'), workflowId: 'a' },
    { ward: ward('reuse', 'mendflow'), workflowId: 'b' },
    { ward: ward('stale', 'inline-delete'), workflowId: 'c' },
  ],
  acts: [anActIn('stale-inline-delete')],
  runs: [aRun('a'), aRun('b')],
  ...changes,
});

describe('the findings about alerts that come too late', () => {
  it('count every act on a ward for the contender that heard of it, and how the runs ended', () => {
    const endings = { 'recovered workloadHealthy': 1 };
    expect(findingsOf(seen())).toEqual([
      { mistake: 'stale', contender: 'mendflow', alerts: 1, wrong: 0, endings },
      { mistake: 'stale', contender: 'inline-delete', alerts: 1, wrong: 1, endings: {} },
      { mistake: 'reuse', contender: 'mendflow', alerts: 1, wrong: 0, endings },
      { mistake: 'reuse', contender: 'inline-delete', alerts: 0, wrong: 0, endings: {} },
    ]);
  });

  it('are right while Mendflow takes nothing away, whatever the bot does', () => {
    expect(isKept(findingsOf(seen()))).toBe(true);
  });

  it.each<[string, Partial<Measured>]>([
    ['Mendflow takes a pod away', { acts: [anActIn('reuse-mendflow')] }],
    ['an alert led to no run', { runs: [aRun('a')] }],
    ['a run has not ended', { runs: [aRun('a'), { ...aRun('b'), closedAtMs: undefined } as unknown as ListedRun] }],
  ])('are wrong when %s', (_, changes) => {
    expect(isKept(findingsOf(seen(changes)))).toBe(false);
  });
});
