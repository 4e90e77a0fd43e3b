import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type ListeningApi, listeningApi } from './support/command-line.ts';
import { aSummary, FakeRuns, runId } from './support/runs.ts';

let runs: FakeRuns;
let api: ListeningApi;

beforeEach(async () => {
  runs = new FakeRuns();
  api = await listeningApi({ runs });
});
afterEach(() => api.close());

describe('mendflow list', () => {
  it('prints an aligned table, ages instead of times, and the ids last', async () => {
    runs.summaries = [
      aSummary(),
      aSummary({
        id: `${runId}5`,
        workload: 'StatefulSet/db',
        outcome: 'remediated',
        closedAt: '2026-03-01T09:59:00Z',
      }),
    ];
    const { code, out, err } = await api.run('list');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')).toEqual([
      'NAMESPACE   WORKLOAD              ALERT             POLICY       STATE              REASON   AGE   ID',
      `shop        Deployment/checkout   PodCrashLooping   crash-loop   AwaitingApproval   -        5m    ${runId}`,
      `shop        StatefulSet/db        PodCrashLooping   crash-loop   remediated         -        5m    ${runId}5`,
    ]);
  });

  it('says more with -o wide, less with -o name, and gives the document with -o json and yaml', async () => {
    expect((await api.run('list -o wide')).out).toMatch(/^NAMESPACE .* CLUSTER .* STARTED .* CLOSED .* ID$/m);
    expect((await api.run('list -o name')).out).toBe(runId);
    const document = { runs: runs.summaries };
    expect(JSON.parse((await api.run('list -o json')).out)).toEqual(document);
    expect(parse((await api.run('list -o yaml')).out)).toEqual(document);
  });

  it('hands its filters to the api', async () => {
    await api.run(
      'list -n shop --workload Deployment/checkout --policy p --phase Escalated --outcome denied --limit 7',
    );
    expect(runs.filters).toEqual([
      {
        ...{ namespace: 'shop', workload: 'Deployment/checkout', policy: 'p', phase: 'Escalated', outcome: 'denied' },
        limit: 7,
      },
    ]);
  });

  it('prints nothing on stdout when there is nothing, so that scripts count zero lines', async () => {
    runs.summaries = [];
    expect(await api.run('list -A')).toEqual({ code: 0, out: '', err: 'No runs found.' });
  });

  it('says on stderr how to go on when there are more', async () => {
    runs.nextCursor = 'abc';
    expect((await api.run('list')).err).toBe('There are more runs: add --cursor abc');
  });

  it.each([
    ['-n shop -A', "'-A, --all-namespaces' cannot be used with option '-n, --namespace <name>'"],
    ['--limit none', 'must be a whole number of at least 1'],
    ['--limit 5000', 'must be at most 200'],
    ['--limit none', 'See "mendflow list --help".'],
    ['--phase Later', 'Allowed choices are Verifying'],
    ['-o table', 'Allowed choices are json, yaml, wide, name'],
  ])('exits 2 for %s', async (args, message) => {
    const { code, out, err } = await api.run(`list ${args}`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});
