import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { createTransport, path, type Transport } from '../../../activities/kubernetes/transport.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';

let server: HttpServer;
let dispatcher: Agent;
let transport: Transport;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  answer = (response) => response.end('{"ok":true}');
  server = await startHttpServer((response) => answer(response));
  dispatcher = new Agent();
  const access = async () => ({ server: server.url, dispatcher, headers: { Authorization: 'Bearer t' } });
  transport = createTransport(access, 2_000);
});
afterEach(async () => {
  await dispatcher.destroy();
  await server.stop();
});

describe('a call', () => {
  it('carries the access headers, its query and its body with the type asked for', async () => {
    const call = {
      path: '/x',
      query: { a: 'b c', none: undefined },
      body: { n: 1 },
      contentType: 'application/merge-patch+json',
    };
    expect(await transport.json({ method: 'PATCH', ...call })).toEqual({ ok: true });
    expect(server.seen[0]).toMatchObject({
      method: 'PATCH',
      url: '/x?a=b+c',
      body: '{"n":1}',
      headers: { authorization: 'Bearer t', 'content-type': 'application/merge-patch+json', 'user-agent': 'mendflow' },
    });
  });

  it('shares its connection with the calls after it', async () => {
    for (let call = 0; call < 10; call += 1) await transport.text({ method: 'GET', path: '/x' });
    // A second one is opened when the first is not free again at once.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it.each([
    ['a status of 500', (response: ServerResponse) => response.writeHead(500).end('{}')],
    ['an answer that never comes', () => undefined],
    [
      'an answer that stops in the middle',
      (response: ServerResponse) => response.writeHead(200, { 'content-length': 100 }).write('{'),
    ],
    ['a connection that is cut', (response: ServerResponse) => response.destroy()],
    ['an answer that is not JSON', (response: ServerResponse) => response.end('<html>')],
  ] as const)('ends with CLUSTER_UNAVAILABLE after %s', async (_, faulty) => {
    answer = faulty;
    const call = transport.json({ method: 'GET', path: '/x', deadlineMs: 200 });
    await expect(call).rejects.toMatchObject({
      code: 'CLUSTER_UNAVAILABLE',
      message: expect.stringContaining('GET /x'),
    });
  });

  it('ends with PERMISSION_DENIED when the server has rules that refuse it', async () => {
    answer = (response) => response.writeHead(server.seen.at(-1)?.url === '/version' ? 200 : 403).end('{}');
    await expect(transport.text({ method: 'GET', path: '/x' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('is sent once where the admission refuses it, and once where a pod does', async () => {
    const words = 'pods "a" is forbidden: exceeded quota: q';
    answer = (response) => response.writeHead(403).end(JSON.stringify({ kind: 'Status', message: words }));
    const quota = transport.text({ method: 'POST', path: '/x', body: {} });
    await expect(quota).rejects.toMatchObject({ code: 'ADMISSION_REFUSED', message: expect.stringContaining(words) });
    answer = (response) => response.writeHead(401).end();
    const proxied = transport.text({ method: 'POST', path: '/proxy', isThroughNode: true });
    await expect(proxied).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' });
    const denied = 'admission webhook "w" denied the request: no';
    answer = (response) => response.writeHead(401).end(JSON.stringify({ kind: 'Status', message: denied }));
    const webhook = transport.text({ method: 'POST', path: '/y', body: {} });
    await expect(webhook).rejects.toMatchObject({ code: 'ADMISSION_REFUSED' });
    expect(server.seen.map(({ url }) => url)).toEqual(['/x', '/proxy', '/y']);
  });

  it('ends with CLUSTER_UNAVAILABLE while the server refuses everything, as it does until it has read its rules', async () => {
    answer = (response) => response.writeHead(403).end('{}');
    await expect(transport.text({ method: 'GET', path: '/x' })).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });

  it('ends with CLUSTER_UNAVAILABLE when nobody listens', async () => {
    await server.stop();
    await expect(transport.text({ method: 'GET', path: '/x' })).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });
});

describe('a path', () => {
  it('encodes its segments', () => {
    expect(path('/api', 'a/b', 'c?d')).toBe('/api/a%2Fb/c%3Fd');
  });

  it.each(['', '.', '..'])('refuses the segment "%s", which would leave its place', (segment) => {
    expect(() => path('/api', segment)).toThrow(expect.objectContaining({ code: 'NOT_APPLICABLE' }));
  });
});
