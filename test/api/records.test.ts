import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { RunFilter } from '../../api/ports.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { anApp, asAda, noRuns } from '../support/api.ts';
import { FakeRecords } from '../support/explaining.ts';
import { aRecord, aRefusal } from '../support/records.ts';

let records: FakeRecords;
let app: FastifyInstance;
beforeEach(async () => {
  records = new FakeRecords();
  app = await anApp({ records });
});

const get = async (url: string) => (await app.inject({ url, headers: asAda })).json();

describe('the report of a policy', () => {
  it('sums up its runs since a time, two weeks where none is said', async () => {
    records.records = [aRecord(), aRefusal('faultGone'), aRecord({ policy: 'other' })];
    expect(await get('/v1/policies/crash-loop/report')).toMatchObject({
      ...{ policy: 'crash-loop', runs: 2, isCapped: false, mode: 'Auto' },
      ...{ since: '2026-02-15T10:00:00.000Z', until: '2026-03-01T10:00:00.000Z' },
      acted: { runs: 1, healed: 1 },
      idle: [{ name: 'faultGone', count: 1 }],
      words: expect.arrayContaining([expect.stringContaining('acted in 1 run')]),
    });
  });

  it('counts the escalations of the policy that are open', async () => {
    const asked: unknown[] = [];
    const summary = { id: 'remediation/a', runId: 'b', status: 'running', startedAt: '2026-02-01T10:00:00.000Z' };
    const runs = {
      ...noRuns,
      list: async (filter: RunFilter) => {
        asked.push(filter);
        return { runs: [{ ...summary, reason: 'ladderExhausted' }] };
      },
    };
    app = await anApp({ records, runs });
    expect(await get('/v1/policies/crash-loop/report')).toMatchObject({
      runs: 0,
      escalated: [{ name: 'ladderExhausted', count: 1 }],
      words: expect.arrayContaining([expect.stringContaining('1 run is escalated and waits for a person')]),
    });
    expect(asked).toEqual([{ policy: 'crash-loop', phase: 'Escalated', limit: 200 }]);
  });

  it('reads five hundred runs at most, and says that there were more', async () => {
    records.records = Array.from({ length: 600 }, () => aRecord());
    expect(await get('/v1/policies/crash-loop/report?since=30d')).toMatchObject({ runs: 500, isCapped: true });
    expect(records.filters).toHaveLength(5);
  });

  it('refuses an invalid time and an invalid name', async () => {
    expect(await get('/v1/policies/crash-loop/report?since=soon')).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await get('/v1/policies/Crash%20Loop/report')).toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('records that Temporal has deleted', () => {
  beforeEach(() => {
    records.keptDays = 1;
  });

  it('are said to be missing, first thing in a report', async () => {
    const { wholeSince, missing, words } = await get('/v1/policies/crash-loop/report');
    expect(wholeSince).toBe('2026-02-28T10:00:00.000Z');
    expect(missing).toContain('keeps those of namespace mendflow for 1d');
    expect(words[0]).toBe(missing);
  });

  it('are said to be missing in an export', async () => {
    const { wholeSince, missing } = await get('/v1/remediations/export?since=30d');
    expect({ wholeSince, missing }).toEqual({
      wholeSince: '2026-02-28T10:00:00.000Z',
      missing: expect.stringContaining('are missing'),
    });
  });

  it('are not said to be missing where nobody asked for them', async () => {
    expect(await get('/v1/remediations/export?since=1h')).not.toHaveProperty('missing');
  });
});

describe('the export of records', () => {
  it('gives them page by page, with the bounds of the guard', async () => {
    records.records = [aRecord(), aRefusal('paused'), aRecord()];
    const first = await get('/v1/remediations/export?since=1d&limit=2');
    const wholeSince = '2026-02-28T10:00:00.000Z';
    const rest = { guardLimits: defaultLimits, wholeSince };
    expect(first).toEqual({ records: records.records.slice(0, 2), ...rest, nextCursor: '2' });
    const second = await get('/v1/remediations/export?since=1d&limit=2&cursor=2');
    expect(second).toEqual({ records: records.records.slice(2), ...rest });
    expect(records.filters[0]).toMatchObject({ since: '2026-02-28T10:00:00.000Z', limit: 2 });
  });

  it('gives labels as they came, which a backtest matches again; other answers are redacted', async () => {
    const labels = { alertname: 'PodCrashLooping', namespace: 'shop', password: 'kirsche77' };
    records.records = [aRecord({ labels })];
    const { records: exported } = await get('/v1/remediations/export');
    expect(exported).toMatchObject([{ recorded: { labels } }]);
    const shown = { id: 'remediation/a', runId: 'b', status: 'running', startedAt: '2026-02-01T10:00:00.000Z' };
    const runs = { ...noRuns, list: async () => ({ runs: [{ ...shown, alertname: 'Leak password=kirsche77' }] }) };
    app = await anApp({ records, runs });
    expect((await get('/v1/remediations')).runs).toMatchObject([{ alertname: 'Leak password=[redacted]' }]);
  });

  it('refuses pages of more than a hundred', async () => {
    expect(await get('/v1/remediations/export?limit=101')).toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
