import { describe, expect, it } from '@jest/globals';
import type { StepRecord, TimelineEntry } from '../../../domain/run/outcome.ts';
import type { RunStatus } from '../../../domain/run/status.ts';
import { keptEntries, lineInWords, withLine, withStep, withVerdict } from '../../../domain/run/timeline.ts';

const line = (what: string, given: Partial<TimelineEntry> = {}): TimelineEntry => ({
  ...{ at: '2026-03-01T10:00:00.000Z', phase: 'Escalated', what },
  ...given,
});
const timelineOf = (...lines: TimelineEntry[]) => lines.reduce(withLine, [] as TimelineEntry[]);
const words = (timeline: readonly TimelineEntry[]) => timeline.map(lineInWords);

describe('the timeline of a run', () => {
  it('counts what is said again, with the time of the last', () => {
    const many = Array.from({ length: 500 }, (_, second) =>
      line('resolved', { at: new Date(Date.parse('2026-03-01T10:00:00Z') + second * 1_000).toISOString() }),
    );
    expect(words(timelineOf(...many))).toEqual(['resolved (×500, last at 10:08:19)']);
  });

  it('counts lines that take turns', () => {
    const turns = Array.from({ length: 40 }, (_, turn) => line(turn % 2 === 0 ? 'looks' : 'waits'));
    expect(words(timelineOf(...turns))).toEqual(['looks (×20, last at 10:00:00)', 'waits (×20, last at 10:00:00)']);
  });

  it('keeps the same words of another phase apart: they tell what came after what', () => {
    const phases = ['AwaitingPermit', 'Remediating', 'AwaitingPermit'] as const;
    expect(timelineOf(...phases.map((phase) => line('verified', { phase })))).toHaveLength(3);
  });

  it('shows the news of a line that repeats with another figure', () => {
    const held = (left: string) => line(`the guard holds evictPod: ${left} left`, { reason: 'coolingDown' });
    expect(words(timelineOf(held('5m'), held('4m')))).toEqual([
      'the guard holds evictPod: 4m left (×2, last at 10:00:00)',
    ]);
  });

  it('keeps the first and the last lines, and one that counts what is missing', () => {
    const timeline = timelineOf(...Array.from({ length: 1_000 }, (_, index) => line(`line ${index}`)));
    const { first, last } = keptEntries;
    expect(timeline).toHaveLength(first + 1 + last);
    expect([timeline[0]?.what, timeline[first]?.what, timeline.at(-1)?.what]).toEqual([
      'line 0',
      `${1_000 - first - last} lines are left out here`,
      'line 999',
    ]);
  });

  it('cuts words that are too long', () => {
    const [entry] = timelineOf(line('x'.repeat(10_000), { detail: { evidence: 'y'.repeat(10_000) } }));
    expect(JSON.stringify(entry).length).toBeLessThan(1_200);
  });
});

describe('the verdicts of a run', () => {
  type Verdict = RunStatus['verdicts'][number];
  const verdict = (given: Partial<Verdict>): Verdict => ({ at: '2026-03-01T10:00:00.000Z', verdict: 'hold', ...given });

  it('count the same hold, and show its latest words', () => {
    const holds = ['5m', '4m'].map((detail) => verdict({ reason: 'coolingDown', detail }));
    expect(holds.reduce(withVerdict, [] as Verdict[])).toMatchObject([{ times: 2, detail: '4m' }]);
  });

  it('never count grants together', () => {
    const grants = [verdict({ verdict: 'grant' }), verdict({ verdict: 'grant' })];
    expect(grants.reduce(withVerdict, [] as Verdict[])).toHaveLength(2);
  });

  it('are bounded', () => {
    const turns = Array.from({ length: 400 }, (_, turn) => verdict(turn % 2 === 0 ? { verdict: 'grant' } : {}));
    const { verdictsFirst, verdictsLast } = keptEntries;
    const kept = turns.reduce(withVerdict, [] as Verdict[]);
    expect(kept).toHaveLength(verdictsFirst + 1 + verdictsLast);
    expect(kept[verdictsFirst]?.detail).toBe(`${400 - verdictsFirst - verdictsLast} verdicts are left out here`);
  });
});

describe('the steps of a run that a person tries again and again', () => {
  it('are kept from the beginning and from the end', () => {
    const step = (index: number) => ({
      ...{ action: 'evictPod', summary: `${index}`, startedAt: '', finishedAt: '', result: 'failed' as const },
    });
    const steps = Array.from({ length: 500 }, (_, index) => step(index)).reduce(withStep, [] as StepRecord[]);
    expect(steps).toHaveLength(50);
    expect([steps[9], steps[10], steps[49]].map((one) => one?.summary)).toEqual(['9', '460', '499']);
  });
});
