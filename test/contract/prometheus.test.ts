import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { confirmByPrometheus } from '../../activities/confirm-by-prometheus.ts';
import { createPrometheus, type Prometheus } from '../../activities/prometheus.ts';
import { stringLiteral } from '../../domain/policy/promql.ts';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { Supervisor } from '../../sandbox/process.ts';
import { silent } from '../../sandbox/progress.ts';
import { refused, taken } from '../support/promql-queries.ts';
import { describeWith } from '../support/with-servers.ts';

describeWith(['prometheus'], 'a real Prometheus', () => {
  let folder: string;
  let supervisor: Supervisor;
  let prometheus: Prometheus;
  let url: string;
  const startedS = Math.floor(Date.now() / 1_000);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    writeFileSync(join(folder, 'prometheus.yml'), 'scrape_configs: []\n');
    url = `http://127.0.0.1:${await freePort()}`;
    supervisor = new Supervisor(join(folder, 'logs'));
    const files = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    await supervisor.start({
      name: 'prometheus',
      command: await resolveBinary('prometheus', silent),
      args: [...files, `--web.listen-address=${new URL(url).host}`, '--log.level=warn'],
      ready: async () => (await fetch(`${url}/-/ready`)).ok,
    });
    prometheus = createPrometheus({ url });
  }, 60_000);
  afterAll(async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true });
  });

  /** What Prometheus itself takes the literal for. In the function that shows it, $ begins a reference. */
  async function understood(text: string): Promise<string | undefined> {
    const literal = stringLiteral(text.replaceAll('$', '$$$$'));
    const body = new URLSearchParams({ query: `label_replace(vector(1), "text", ${literal}, "", "")` });
    const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
    const { data } = (await answer.json()) as { data?: { result: { metric: { text?: string } }[] } };
    return data?.result[0]?.metric.text;
  }

  it('reads every literal as exactly the text that an alert holds', async () => {
    const hostile = [
      '"',
      '\\',
      '"} or vector(1) #',
      '\n',
      '\r\n',
      '\0',
      '`',
      "'",
      '\u2028',
      '\u202e',
      '\ufeff',
      '$1',
      '😀',
    ];
    const random = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), 100);
    for (const text of [...hostile, ...random]) expect(await understood(text)).toBe(text);
  }, 30_000);

  it('never confirms more because of what a label says', async () => {
    const checks = [{ promql: { query: 'absent(vector(1)) and up{job={{labels.job}}}' } }];
    const names = { namespace: 'shop', workload: 'checkout' };
    for (const job of ['"} or vector(1) #', 'a"} or up{a="', '\\"} or vector(1) or up{a="']) {
      const answer = await confirmByPrometheus(prometheus, checks, { names, labels: { job } });
      expect(answer).toMatchObject({ kind: 'fails' });
    }
  });

  it('tells what holds now from what has held for a time', async () => {
    // Since a moment in the past each step of the clock gives a sample, before it none does.
    const since = `vector(time()) > ${startedS - 20}`;
    expect(await prometheus.query(since)).toHaveLength(1);
    expect(await prometheus.query(since, { heldForMs: 5_000 })).toHaveLength(1);
    expect(await prometheus.query(since, { heldForMs: 3_600_000 })).toEqual([]);
    expect(await prometheus.query('scalar(vector(3))', { heldForMs: 60_000 })).toEqual([3]);
    expect(await prometheus.query('vector(1) > 2')).toEqual([]);
    expect(await prometheus.query('vector(0) / 0')).toEqual([]);
  });

  it('refuses the queries that lint refuses, and reads the others', async () => {
    const statusOf = async (query: string) => {
      const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query }) });
      await answer.arrayBuffer();
      return [query, answer.status];
    };
    const queries = [
      ...refused.map(([query]) => [query, 400] as const),
      ...taken.map((query) => [query, 200] as const),
    ];
    expect(await Promise.all(queries.map(([query]) => statusOf(query)))).toEqual(queries);
  });

  it('says that it does not understand a query', async () => {
    await expect(prometheus.query('up{')).rejects.toMatchObject({ code: 'INVALID_POLICY' });
  });
});
