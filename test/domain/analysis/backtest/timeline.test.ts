import { describe, expect, it } from '@jest/globals';
import { openTimeline } from '../../../../domain/analysis/backtest/timeline.ts';

describe('the timeline', () => {
  it('does work in the order of its moments, and at one moment in the order it was asked for', () => {
    const done: string[] = [];
    const timeline = openTimeline();
    timeline.at(20, () => done.push('c'));
    timeline.at(10, () => done.push('a'));
    timeline.at(10, () => done.push('b'));
    timeline.run();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('does also what is asked for meanwhile, at its moment', () => {
    const done: number[] = [];
    const timeline = openTimeline();
    timeline.at(10, (nowMs) => timeline.at(nowMs + 5, (atMs) => done.push(atMs)));
    timeline.at(20, (nowMs) => done.push(nowMs));
    timeline.run();
    expect(done).toEqual([15, 20]);
  });
});
