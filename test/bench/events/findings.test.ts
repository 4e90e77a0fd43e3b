import { describe, expect, it } from '@jest/globals';
import type { EndedRun } from '../../../bench/act-latency/history.ts';
import { areKept, costsOf } from '../../../bench/events/findings.ts';
import { type Path, paths } from '../../../bench/events/paths.ts';
import { printed } from '../../../bench/events/print.ts';

const path: Path = {
  ...{ name: 'refused while paused', namespace: 'n', alertname: 'Act', crashing: 1, most: 8 },
  ...{ outcome: 'denied', reason: 'paused', pod: () => 'a-1' },
};
const aRun = (events: number, report: object = { outcome: 'denied', reason: 'paused' }): EndedRun => ({
  events: Array.from({ length: events }, (_, id) => ({
    ...{ id, atMs: id, type: id === 0 ? 'WorkflowExecutionStarted' : 'workflowTaskScheduledEventAttributes' },
  })),
  report: report as EndedRun['report'],
});

describe('the price of a path', () => {
  it('is what its dearest run costs', () => {
    const [cost] = costsOf([{ path, runs: [aRun(8), aRun(9), aRun(7)] }]);
    expect(cost?.events).toMatchObject({ count: 3, p50: 8, max: 9 });
  });

  it('is kept up to the last event that it may cost', () => {
    expect(areKept(costsOf([{ path, runs: [aRun(8)] }]))).toBe(true);
    expect(areKept(costsOf([{ path, runs: [aRun(8), aRun(9)] }]))).toBe(false);
  });

  it('is nobody’s where nothing is promised', () => {
    const { most: _, ...free } = path;
    expect(areKept(costsOf([{ path: free, runs: [aRun(80)] }]))).toBe(true);
  });

  it('is none when a run went another way, however cheap', () => {
    const astray = aRun(3, { outcome: 'denied', reason: 'storm', summary: 'denied, a storm' });
    const costs = costsOf([{ path, runs: [aRun(8), astray] }]);
    expect(areKept(costs)).toBe(false);
    expect(printed(costs)).toContain('another path: denied, a storm');
  });

  it('is told by kind, as people count', () => {
    const costs = costsOf([{ path, runs: [aRun(4)] }]);
    expect(costs[0]?.kinds).toEqual({ workflowExecutionStarted: 1, workflowTaskScheduled: 3 });
    const last = printed(costs)
      .split('\n')
      .at(-1)
      ?.trim()
      .split(/\s{2,}/);
    expect(last).toEqual(['refused while paused', '3', '0', '0', '0', '0', '0', '0', '1']);
  });
});

describe('the paths', () => {
  it('have a namespace each, so that none disturbs another', () => {
    expect(new Set(paths.map(({ namespace }) => namespace)).size).toBe(paths.length);
  });

  it('end with the storm, which stays', () => {
    expect(paths.at(-1)?.reason).toBe('storm');
  });
});
