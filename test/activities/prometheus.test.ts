import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPrometheus, type Prometheus } from '../../activities/prometheus.ts';
import { type HttpServer, startHttpServer } from './support/http-server.ts';

let server: HttpServer;
let prometheus: Prometheus;
let answer: (response: ServerResponse) => void;
const success = (data: object) => (response: ServerResponse) =>
  response.end(JSON.stringify({ status: 'success', data }));

beforeEach(async () => {
  server = await startHttpServer((response) => answer(response));
  prometheus = createPrometheus({
    url: `${server.url}/prom/`,
    deadlineMs: 2_000,
    headers: { authorization: 'Bearer t' },
  });
});
afterEach(() => server.stop());

describe('a query', () => {
  it('gives the values of the samples', async () => {
    answer = success({ resultType: 'vector', result: [{ metric: {}, value: [1, '312000000'] }, { value: [1, '5'] }] });
    expect(await prometheus.query('a > 1')).toEqual([312_000_000, 5]);
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/prom/api/v1/query',
      body: 'query=a+%3E+1&partial_response=false',
    });
    expect(server.seen[0]?.headers.authorization).toBe('Bearer t');
  });

  it('takes for no sample what is no number', async () => {
    answer = success({ resultType: 'vector', result: [{ value: [1, 'NaN'] }, { histogram: [1, {}] }] });
    expect(await prometheus.query('a / 0')).toEqual([]);
    answer = success({ resultType: 'string', result: [1, 'yes'] });
    expect(await prometheus.query('"yes"')).toEqual([]);
  });

  it('gives nothing for no samples, and one value for a scalar', async () => {
    answer = success({ resultType: 'vector', result: [] });
    expect(await prometheus.query('a')).toEqual([]);
    answer = success({ resultType: 'scalar', result: [1, '7'] });
    expect(await prometheus.query('scalar(a)')).toEqual([7]);
  });

  it('that Prometheus does not understand is INVALID_POLICY', async () => {
    answer = (response) => response.writeHead(400).end('{"status":"error","error":"parse error"}');
    await expect(prometheus.query('a >')).rejects.toMatchObject({
      code: 'INVALID_POLICY',
      message: expect.stringContaining('parse error'),
    });
  });

  it.each([
    ['a status of 503', (response: ServerResponse) => response.writeHead(503).end('{}')],
    ['a page instead of JSON', (response: ServerResponse) => response.end('<html>')],
    ['an error in a good answer', (response: ServerResponse) => response.end('{"status":"error"}')],
    ['a connection that is cut', (response: ServerResponse) => response.destroy()],
  ] as const)('is PROMETHEUS_UNAVAILABLE after %s', async (_, faulty) => {
    answer = faulty;
    await expect(prometheus.query('a')).rejects.toMatchObject({ code: 'PROMETHEUS_UNAVAILABLE' });
  });
});

describe('a query that must have held for a time', () => {
  const series = (pod: string, value: string) => ({ metric: { pod }, value: [1_000.5, value] });
  const during = (pod: string, ...values: string[]) => ({
    metric: { pod },
    values: values.map((value, index) => [1_000.5 - 5 * index, value]),
  });
  /** First what holds now, then what held before. */
  const answers = (now: object[], before: object[]) => {
    const given = [success({ resultType: 'vector', result: now }), success({ resultType: 'matrix', result: before })];
    answer = (response) => given.shift()?.(response);
  };

  it('gives the values now of the series that had a sample at every step', async () => {
    const before = [during('a', '1', '2', '3'), during('b', '1', '2'), during('c', '1', 'NaN', '3')];
    answers([series('a', '9'), series('b', '8'), series('c', '7'), series('d', '6')], before);
    expect(await prometheus.query('m', { heldForMs: 10_000 })).toEqual([9]);
    expect(server.seen.map(({ url }) => url)).toEqual(['/prom/api/v1/query', '/prom/api/v1/query_range']);
  });

  it('looks back from the server’s own time, at most sixty steps', async () => {
    answers([series('a', '9')], []);
    expect(await prometheus.query('m', { heldForMs: 600_000 })).toEqual([]);
    expect(Object.fromEntries(new URLSearchParams(server.seen[1]?.body))).toMatchObject({
      ...{ query: 'm', start: '400.5', end: '1000.5', step: '10' },
    });
  });

  it('is not asked for the past where nothing holds now', async () => {
    answers([], []);
    expect(await prometheus.query('m', { heldForMs: 10_000 })).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });

  it('is PROMETHEUS_UNAVAILABLE when the past cannot be read', async () => {
    const given = [success({ resultType: 'vector', result: [series('a', '1')] })];
    answer = (response) => (given.shift() ?? ((late: ServerResponse) => late.writeHead(503).end('{}')))(response);
    await expect(prometheus.query('m', { heldForMs: 10_000 })).rejects.toMatchObject({
      code: 'PROMETHEUS_UNAVAILABLE',
    });
  });
});

describe('a server that does not answer', () => {
  it('is PROMETHEUS_UNAVAILABLE once the deadline is over', async () => {
    answer = () => undefined;
    const impatient = createPrometheus({ url: server.url, deadlineMs: 50 });
    await expect(impatient.query('a')).rejects.toMatchObject({ code: 'PROMETHEUS_UNAVAILABLE' });
  });
});
