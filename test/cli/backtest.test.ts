import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { aPolicyDocument } from '../support/builders.ts';
import { FakeRecords } from '../support/explaining.ts';
import { aRecord, aRefusal } from '../support/records.ts';
import { type ListeningApi, listeningApi } from './support/command-line.ts';

let records: FakeRecords;
let api: ListeningApi;
let folder: string;

beforeEach(async () => {
  records = new FakeRecords();
  records.records = [aRecord({ minute: 60 }), aRecord(), aRefusal('noPolicy', { minute: 30, look: 'none' })];
  api = await listeningApi({ records });
  folder = mkdtempSync(join(tmpdir(), 'mendflow-backtest-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await api.close();
});

function write(name: string, spec: Record<string, unknown> = {}, policy?: string): string {
  const file = join(folder, name);
  writeFileSync(file, stringify(aPolicyDocument(spec, policy)));
  return file;
}

describe('mendflow backtest', () => {
  it('prints what each policy would have done, what cannot be known, and a summary last', async () => {
    const { code, out, err } = await api.spawn(`backtest ${write('a.yaml')}`);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual(
      [
        'Policies:',
        '  POLICY       RUNS   ACTED   OBSERVED   REFUSED   NOT VERIFIABLE   DIFFERENT',
        '  crash-loop   3      2       0          0         1                0',
        'Not verifiable:',
        '  WHEN                   WORKLOAD                   ALERT             WAS                             WOULD BE                     WHY',
        '  2026-03-01T10:30:00Z   shop/Deployment/checkout   PodCrashLooping   crash-loop: nothing (noPolicy)   crash-loop: not verifiable   nobody looked at the target then',
        '3 runs: acted 2 (was 2); observed 0 (was 0); refused 0 (was 1); different 0; not verifiable 1',
      ].map((line) => expect.stringMatching(new RegExp(`^${line.replace(/[()/]/g, '\\$&').replace(/ {2,}/g, ' +')}$`))),
    );
    expect(err).toContain('The guard begins empty');
  });

  it('says what Temporal has deleted of the time asked for', async () => {
    records.keptDays = 1;
    const { err } = await api.spawn(`backtest ${write('a.yaml')}`);
    expect(err).toMatch(/Runs that ended before .* are missing: .* --retention 30d/);
  });

  it('lists each difference, oldest first, with what was and why it would be otherwise', async () => {
    const { out } = await api.spawn(`backtest ${write('a.yaml', { match: { alerts: ['alertname="Other"'] } })}`);
    const different = out.slice(out.indexOf('Different:')).split('\n');
    expect(different[2]).toMatch(
      /10:00:00Z .* crash-loop: evictPod +nothing \(noPolicy\) +crash-loop: alertname="Other" does not match/,
    );
    expect(different[3]).toMatch(/11:00:00Z/);
  });

  it('shows every run with -o wide, and gives the document with -o json', async () => {
    const file = write('a.yaml');
    expect((await api.spawn(`backtest ${file} -o wide`)).out).toMatch(/Runs:\n {2}VERDICT.*\n {2}same /);
    const document = JSON.parse((await api.spawn(`backtest ${file} -o json`)).out);
    expect(document).toMatchObject({ since: '30d', isCapped: false, different: 0, would: { acted: 2 } });
    expect(document.rows).toHaveLength(3);
  });

  it('takes files and folders as one set, and stdin for -', async () => {
    mkdirSync(join(folder, 'more'));
    const file = write('a.yaml');
    write('more/b.yaml', { priority: 500 }, 'other');
    const { out } = await api.spawn(`backtest ${file} ${join(folder, 'more')} -o json`);
    expect(JSON.parse(out).rows[0].would.policy).toBe('other');
    expect((await api.spawn('backtest -', stringify(aPolicyDocument()))).code).toBe(0);
  });

  it('reads page by page up to the limit, and says that there were more', async () => {
    records.records = Array.from({ length: 130 }, () => aRecord());
    const { out, err } = await api.spawn(`backtest ${write('a.yaml')} --since 7d --limit 120`);
    expect(out).toContain('120 runs:');
    expect(err).toContain('Only the latest 120 runs were read');
    expect(records.filters.map(({ limit }) => limit)).toEqual([100, 20]);
  });

  it('refuses policies with faults, naming every one', async () => {
    const file = write('a.yaml', { guards: { cooldwon: '5m' } });
    expect(await api.run(`backtest ${file} /nowhere.yaml`)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/cooldwon[\s\S]*\/nowhere\.yaml: cannot be read \(ENOENT\)/),
    });
    expect(await api.run(`backtest ${write('b.yaml')} ${write('c.yaml')}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the name crash-loop is used twice'),
    });
  });
});
