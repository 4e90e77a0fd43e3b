import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../api/ports.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { type ListeningApi, listeningApi } from './support/command-line.ts';
import { aReport, aStatus, aSummary, FakeRuns, runId } from './support/runs.ts';

let runs: FakeRuns;
let api: ListeningApi;

beforeEach(async () => {
  runs = new FakeRuns();
  api = await listeningApi({ runs });
});
afterEach(() => api.close());

const entry = (second: number, what: string) => ({
  at: `2026-03-01T10:00:0${second}.000Z`,
  phase: 'Verifying' as const,
  what,
});
const running = (...entries: ReturnType<typeof entry>[]): RunView => ({
  ...aSummary(),
  runId: '0190-1234-0000-7000-000000000000',
  live: aStatus({ timeline: entries }),
});
const ended = (outcome: Outcome, ...entries: ReturnType<typeof entry>[]): RunView => ({
  ...aSummary({ closedAt: '2026-03-01T10:00:09Z', runId: '01901234-0000-7000-8000-000000000000' }),
  report: aReport({ outcome, timeline: entries }),
});

describe('mendflow follow', () => {
  it('prints each line of the timeline once, and ends with the run', async () => {
    const [one, two, three] = [entry(1, 'one'), entry(2, 'two'), entry(3, 'three')];
    const first = { ...running(one), runId: '01901234-0000-7000-8000-000000000000' };
    runs.views = [first, { ...first, live: aStatus({ timeline: [one, two] }) }, ended('remediated', one, two, three)];
    const { code, out, err } = await api.run(`follow ${runId}`);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split('  ').at(-1)?.trim())).toEqual(['one', 'two', 'three']);
    expect(err).toContain('remediated: shop/checkout-1 CrashLoopBackOff');
  });

  it('says once how to answer a question', async () => {
    const view = { ...running(entry(1, 'asks')), runId: '01901234-0000-7000-8000-000000000000' };
    runs.views = [view, view, ended('remediated')];
    const { err } = await api.run(`follow ${runId}`);
    expect(err.split('\n').filter((line) => line === `mendflow approve ${runId}`)).toHaveLength(1);
  });

  it.each([
    ['remediated', 0],
    ['recovered', 0],
    ['merged', 0],
    ['notActionable', 3],
    ['denied', 3],
    ['escalated', 1],
    ['aborted', 1],
  ] as const)('of a run that is %s in the end exits %i', async (outcome, code) => {
    runs.views = [ended(outcome)];
    expect((await api.run(`follow ${runId}`)).code).toBe(code);
  });

  it('gives up with exit code 4 when its time is over', async () => {
    runs.views = [{ ...running(), runId: '01901234-0000-7000-8000-000000000000' }];
    const { code, err } = await api.run(`follow ${runId} --timeout 3s`);
    expect(code).toBe(4);
    expect(err).toContain('still runs; it waits for an approval of rolloutRestart');
  });

  it('prints one JSON document a line with -o json', async () => {
    runs.views = [ended('remediated', entry(1, 'one'), entry(2, 'two'))];
    const { out } = await api.run(`follow ${runId} -o json`);
    expect(out.split('\n').map((line) => JSON.parse(line).what)).toEqual(['one', 'two']);
  });
});
