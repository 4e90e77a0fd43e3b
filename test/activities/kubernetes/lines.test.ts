import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { createTransport, splitLines, type Transport } from '../../../activities/kubernetes/transport.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';

async function* chunks(...texts: (string | Uint8Array)[]) {
  for (const text of texts) yield typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

async function allOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe('the lines of a stream', () => {
  it.each([
    ['one chunk', ['a\nb\n'], ['a', 'b']],
    ['chunks that end anywhere', ['a', 'a\nb', 'b\n', '\nc\n'], ['aa', 'bb', '', 'c']],
    ['a character cut in half', [new Uint8Array([0xc3]), new Uint8Array([0xbc, 0x0a])], ['ü']],
    ['a last line that was cut', ['a\nb'], ['a']],
  ])('come whole from %s', async (_, given, lines) => {
    expect(await allOf(splitLines(chunks(...given)))).toEqual(lines);
  });

  it('are not longer than any object of the API server', async () => {
    const mebibyte = 'x'.repeat(1_048_576);
    const endless = splitLines(chunks(...Array.from({ length: 9 }, () => mebibyte)));
    await expect(allOf(endless)).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });
});

describe('an answer that goes on', () => {
  let server: HttpServer;
  let dispatcher: Agent;
  let transport: Transport;
  let answer: (response: ServerResponse) => void;
  const stop = new AbortController();
  const open = (idleMs = 5_000) =>
    transport.lines({ method: 'GET', path: '/x', query: { watch: 'true' } }, { signal: stop.signal, idleMs });

  beforeEach(async () => {
    server = await startHttpServer((response) => answer(response));
    dispatcher = new Agent();
    transport = createTransport(async () => ({ server: server.url, dispatcher, headers: {} }), 2_000);
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await server.stop();
  });

  it('gives its lines as they come', async () => {
    answer = (response) => {
      response.write('one\n');
    };
    const lines = (await open())[Symbol.asyncIterator]();
    expect(await lines.next()).toEqual({ done: false, value: 'one' });
  });

  it('ends when the server ends it', async () => {
    answer = (response) => response.end('one\ntwo\n');
    expect(await allOf(await open())).toEqual(['one', 'two']);
  });

  it.each([
    [
      'is cut',
      (response: ServerResponse) => response.write('one\n', () => response.destroy()),
      5_000,
      'UND_ERR_SOCKET',
    ],
    ['falls silent', (response: ServerResponse) => response.write('one\n'), 100, 'UND_ERR_BODY_TIMEOUT'],
  ] as const)('throws when the connection %s', async (_, faulty, idleMs, code) => {
    answer = faulty;
    await expect(allOf(await open(idleMs))).rejects.toMatchObject({ code });
  });

  it.each([
    [410, 'CONFLICT'],
    [403, 'PERMISSION_DENIED'],
    [429, 'RATE_LIMITED'],
    [503, 'CLUSTER_UNAVAILABLE'],
  ])('fails before it begins on a status of %i with %s', async (status, code) => {
    answer = (response) => response.writeHead(status).end('{}');
    await expect(open()).rejects.toMatchObject({ code });
  });

  it('begins with credentials that were read again after a 401', async () => {
    answer = (response) => {
      const isRefused = server.seen.length === 1;
      response.writeHead(isRefused ? 401 : 200).end(isRefused ? '{}' : 'one\n');
    };
    expect(await allOf(await open())).toEqual(['one']);
    answer = (response) => response.writeHead(401).end('{}');
    await expect(open()).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' });
  });

  it('fails before it begins when nobody listens', async () => {
    await server.stop();
    await expect(open()).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });

  it('like any other call, is ended from our side before its deadline', async () => {
    answer = () => undefined;
    const call = transport.text({ method: 'GET', path: '/x', signal: AbortSignal.abort(), deadlineMs: 60_000 });
    await expect(call).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });
});
