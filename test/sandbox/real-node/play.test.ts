import { describe, expect, it } from '@jest/globals';
import type { RemediationReport } from '../../../domain/run/outcome.ts';
import type { Expected, NodeCase } from '../../../sandbox/real-node/case.ts';
import { allCases } from '../../../sandbox/real-node/cases/index.ts';
import { differencesOf } from '../../../sandbox/real-node/play.ts';
import { tableOf } from '../../../sandbox/real-node/table.ts';

const expected: Expected = { outcome: 'remediated', acts: ['create pods/eviction'] };
const messages = { approvalNeeded: 0, escalation: 0, closed: 0, storm: 0 };
const report = {
  outcome: 'remediated',
  summary: 'leak/app-1 MemoryLeakDetected → evictPod → healthy in 12s',
  alertname: 'MemoryLeakDetected',
  fingerprint: 'f',
  steps: [],
  segments: {},
  joined: [],
  timeline: [{ at: '2026-11-27T23:00:00.000Z', phase: 'Closed', what: 'closed' }],
} satisfies RemediationReport;

describe('a case on a real node', () => {
  it('ended as it must when outcome, acts and messages are those expected', () => {
    expect(differencesOf(expected, report, { acts: ['create pods/eviction'], pages: [] })).toEqual([]);
  });

  it('differs in its outcome, in each act too many or too few, and in pages that nobody should get', () => {
    const seen = { acts: ['create pods/eviction', 'patch deployments'], pages: ['one', 'two'] };
    expect(differencesOf(expected, { ...report, outcome: 'escalated' }, seen)).toEqual([
      'outcome: escalated, not remediated',
      'acts: create pods/eviction, patch deployments, not create pods/eviction',
      '2 pages, 0 at most: one | two',
    ]);
  });

  it('differs where the reason that it must give is not in the timeline', () => {
    const wanted = { ...expected, because: 'evictionBlocked', acts: [] } as const;
    expect(differencesOf(wanted, report, { acts: [], pages: [] })).toEqual(['evictionBlocked is not among none']);
  });

  it('that a person took over says why it was handed over', () => {
    const handed = {
      ...{ at: '2026-11-27T23:00:00.000Z', phase: 'Escalated' as const },
      ...{ what: 'no eviction is allowed', reason: 'evictionBlocked' as const },
    };
    const taken = { ...report, outcome: 'escalated' as const, reason: 'takenOver' as const, timeline: [handed] };
    const played: NodeCase = {
      name: 'leak',
      fault: '',
      policy: 'memory-leak',
      expected,
      breakIt: async () => undefined,
    };
    const table = tableOf([{ played, report: taken, acts: [], runs: 1, messages, pages: [], differences: [] }]);
    expect(table).toMatch(/escalated: evictionBlocked .* no eviction is allowed$/);
  });

  it('has a name of its own, which is a namespace', () => {
    const names = allCases.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z-]{2,30}$/);
  });

  it('stands in the table with its acts, its outcome, its times and whom it told', () => {
    const played: NodeCase = {
      ...{ name: 'leak', fault: '', policy: 'memory-leak', expected },
      breakIt: async () => undefined,
    };
    const table = tableOf([
      {
        ...{ played, report, acts: ['create pods/eviction'], toAlertMs: 61_000, toActMs: 200, runs: 1 },
        ...{ messages: { ...messages, escalation: 1 }, pages: ['one'], differences: [] },
      },
    ]);
    expect(table.split('\n').at(-1)).toMatch(
      /✓\s+leak\s+create pods\/eviction\s+remediated\s+1 min 01 s\s+0\.2 s\s+1\s+1 paged\s+leak\/app-1/,
    );
  });
});
