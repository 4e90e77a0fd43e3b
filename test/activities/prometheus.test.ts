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
    deadlineMs: 200,
    headers: { authorization: 'Bearer t' },
  });
});
afterEach(() => server.stop());

describe('a query', () => {
  it('gives the values of the samples', async () => {
    answer = success({ resultType: 'vector', result: [{ metric: {}, value: [1, '312000000'] }, { value: [1, '5'] }] });
    expect(await prometheus.query('a > 1')).toEqual([312_000_000, 5]);
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/prom/api/v1/query', body: 'query=a+%3E+1' });
    expect(server.seen[0]?.headers.authorization).toBe('Bearer t');
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
    ['no answer in time', () => undefined],
    ['a connection that is cut', (response: ServerResponse) => response.destroy()],
  ] as const)('is PROMETHEUS_UNAVAILABLE after %s', async (_, faulty) => {
    answer = faulty;
    await expect(prometheus.query('a')).rejects.toMatchObject({ code: 'PROMETHEUS_UNAVAILABLE' });
  });
});
