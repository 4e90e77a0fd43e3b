import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type ListeningApi, listeningApi, mendflow } from './support/command-line.ts';
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

  it('leaves out the heads of the columns for a script', async () => {
    expect((await api.run('list --no-headers')).out).toMatch(/^shop +Deployment/);
  });

  it('goes on with every run that is new or changes, and prints the others once', async () => {
    const terminal = api.terminal();
    terminal.rest = async (ms) => {
      terminal.clockMs += ms;
      runs.summaries = [
        aSummary({ outcome: 'remediated', closedAt: '2026-03-01T09:59:00Z' }),
        aSummary({ id: `${runId}5`, workload: 'StatefulSet/db' }),
      ];
    };
    const { code, out } = await mendflow('list --watch --timeout 6s', terminal);
    const states = out.split('\n').map((line) => line.split(/ {2,}/));
    expect(code).toBe(0);
    expect(states.map(([, workload, , , state]) => [workload, state])).toEqual([
      ['WORKLOAD', 'STATE'],
      ['Deployment/checkout', 'AwaitingApproval'],
      ['Deployment/checkout', 'remediated'],
      ['StatefulSet/db', 'AwaitingApproval'],
    ]);
  });

  it('prints the heads of the columns before the first run, also where it had to wait for one', async () => {
    runs.summaries = [];
    const terminal = api.terminal();
    terminal.rest = async (ms) => {
      terminal.clockMs += ms;
      runs.summaries = [aSummary()];
    };
    const { out, err } = await mendflow('list --watch --timeout 6s', terminal);
    expect(err).toBe('No runs yet; waiting for the first. Ctrl-C ends this.');
    expect(out.split('\n').map((line) => line.split(/ {2,}/)[1])).toEqual(['WORKLOAD', 'Deployment/checkout']);
  });

  it('refuses to watch a document', async () => {
    expect(await api.run('list --watch -o json')).toMatchObject({ code: 2, out: '' });
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
