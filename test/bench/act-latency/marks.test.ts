import { describe, expect, it } from '@jest/globals';
import { gapsOf, type HistoryEvent, marksOf } from '../../../bench/act-latency/marks.ts';

const history: HistoryEvent[] = [
  { id: 1, atMs: 1_004, type: 'WorkflowExecutionStarted' },
  { id: 2, atMs: 1_004, type: 'WorkflowExecutionSignaled', name: 'alert' },
  { id: 4, atMs: 1_007, type: 'WorkflowTaskStarted' },
  { id: 6, atMs: 1_018, type: 'ActivityTaskScheduled', name: 'verify' },
  { id: 7, atMs: 1_021, type: 'ActivityTaskStarted', of: 6 },
  { id: 8, atMs: 1_034, type: 'ActivityTaskCompleted', of: 6 },
  { id: 14, atMs: 1_060, type: 'LocalActivityCompleted', name: 'glance' },
  { id: 19, atMs: 1_066, type: 'LocalActivityCompleted', name: 'askGuard' },
  { id: 31, atMs: 1_080, type: 'ActivityTaskScheduled', name: 'remediate' },
  { id: 32, atMs: 1_082, type: 'ActivityTaskStarted', of: 31 },
];

const marks = marksOf(history, { sentAtMs: 1_000, act: { receivedAtMs: 1_089, doneAtMs: 1_095 } });
const at = (name: string) => marks.find((mark) => mark.name === name)?.atMs;

describe('the way to an act', () => {
  it('begins with the webhook and ends with the act', () => {
    expect(marks[0]).toEqual({ name: 'webhook sent', atMs: 1_000 });
    expect(marks.at(-1)).toEqual({ name: 'eviction done', atMs: 1_095 });
  });

  it('knows which activity a start and an end belong to', () => {
    expect([at('verify started'), at('verify completed'), at('remediate started')]).toEqual([1_021, 1_034, 1_082]);
  });

  it('tells the guard’s answer from other local activities', () => {
    expect(at('permit recorded')).toBe(1_066);
  });

  it('has no moment for what did not happen', () => {
    const unacted = marksOf(history.slice(0, 6), { sentAtMs: 1_000, act: undefined });
    expect(unacted.find(({ name }) => name === 'permit recorded')?.atMs).toBeUndefined();
    expect(unacted.at(-1)).toEqual({ name: 'eviction done', atMs: undefined });
  });

  it('is measured from mark to mark, over those that are missing', () => {
    const gaps = gapsOf(marks.filter(({ name }) => name !== 'permit recorded'));
    expect(gaps.map(({ name }) => name)).not.toContain('permit recorded');
    expect(gaps.find(({ name }) => name === 'remediate scheduled')).toEqual({
      name: 'remediate scheduled',
      gapMs: 46,
      totalMs: 80,
    });
    expect(gaps.reduce((sum, { gapMs }) => sum + gapMs, 0)).toBe(95);
  });
});
