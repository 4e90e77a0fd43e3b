import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeRecords } from '../support/explaining.ts';
import { aRefusal } from '../support/records.ts';
import { type ListeningApi, listeningApi } from './support/command-line.ts';
import { aSummary, FakeRuns } from './support/runs.ts';

let records: FakeRecords;
let runs: FakeRuns;
let api: ListeningApi;

beforeEach(async () => {
  records = new FakeRecords();
  runs = new FakeRuns();
  api = await listeningApi({ records, runs });
});
afterEach(() => api.close());

const observed = (verdict: 'grant' | 'deny') =>
  aRefusal('observeOnly', {
    ...{ outcome: 'notActionable', look: { mode: 'Observe' } },
    wouldHave: { action: 'evictPod', verdict, ...(verdict === 'deny' && { reason: 'tooManyUnhealthy' }) },
  });

describe('mendflow report', () => {
  it('says in words what the policy would have done, then the figures', async () => {
    records.records = [observed('grant'), observed('grant'), observed('deny')];
    const { code, out } = await api.run('report crash-loop --since 7d');
    expect(code).toBe(0);
    expect(out).toContain(
      'In 7d crash-loop (Observe in its latest run) would have acted twice on shop/Deployment/checkout (2)',
    );
    expect(out).toMatch(/Would have been refused:\n {2}RUNS +VERDICT +REASON\n {2}1 +deny +tooManyUnhealthy$/);
    expect(records.filters[0]).toMatchObject({ policy: 'crash-loop', since: '2026-02-22T10:00:00.000Z' });
  });

  it('says first what Temporal has deleted of the time asked for', async () => {
    records.keptDays = 1;
    const { out } = await api.run('report crash-loop');
    expect(out.split('\n')[0]).toMatch(/^Runs that ended before .* are missing: .* --retention 30d$/);
  });

  it('gives the document with -o json', async () => {
    const { out } = await api.run('report crash-loop -o json');
    expect(JSON.parse(out)).toMatchObject({ policy: 'crash-loop', runs: 0, words: expect.any(Array) });
  });

  it('exits 1 for a policy that no run names, and says which one was meant', async () => {
    runs.summaries = [aSummary()];
    runs.list = async (filter) => ({
      runs: runs.summaries.filter(({ policy }) => [undefined, policy].includes(filter.policy)),
    });
    const { code, out, err } = await api.run('report crash-lop');
    expect({ code, out, first: err.split('\n')[0] }).toEqual({
      ...{ code: 1, out: '' },
      first: 'error: No run names the policy crash-lop. Did you mean crash-loop? (NOT_FOUND)',
    });
  });

  it.each([
    ['which policies runs name, where none is near', [aSummary()], 'crash-loop'],
    ['that runs name none', [], 'no policy'],
  ])('says %s', async (_, summaries, named) => {
    runs.list = async ({ policy }) => ({ runs: policy === undefined ? summaries : [] });
    const { err } = await api.run('report oom');
    expect(err).toContain(`No run names the policy oom. The latest runs name ${named}.`);
  });

  it('exits 2 for an invalid time', async () => {
    expect(await api.run('report crash-loop --since soon')).toMatchObject({ code: 2, out: '' });
  });
});
