import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { personToken } from '../support/api.ts';
import { FakeTerminal, type ListeningApi, listeningApi, mendflow } from './support/command-line.ts';
import { FakeRuns } from './support/runs.ts';

let api: ListeningApi | undefined;
let server: Server | undefined;

afterEach(async () => {
  await api?.close();
  server?.closeAllConnections();
  server?.close();
  api = undefined;
  server = undefined;
});

/** A server that is not ours; without an answer it stays silent. */
async function stranger(answer?: (request: { url: string; token: string | undefined }) => [number, string]) {
  const seen: string[] = [];
  server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? '');
    const given = answer?.({ url: request.url ?? '', token: request.headers.authorization });
    if (given === undefined) return;
    response.writeHead(given[0], given[0] === 302 ? { location: given[1] } : {}).end(given[1]);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const runAt = (url: string, args = 'list') =>
  mendflow(args, Object.assign(new FakeTerminal(), { env: { MENDFLOW_SERVER: url, MENDFLOW_TOKEN: personToken } }));

describe('the client of the api', () => {
  it('takes address and token from flags before the environment', async () => {
    api = await listeningApi({ runs: new FakeRuns() });
    const env = { MENDFLOW_SERVER: 'http://127.0.0.1:9', MENDFLOW_TOKEN: 'wrong' };
    const { code } = await mendflow(
      `list --server ${api.url}/ --token ${personToken}`,
      Object.assign(new FakeTerminal(), { env }),
    );
    expect(code).toBe(0);
  });

  it('says how to give a token where none was given', async () => {
    api = await listeningApi({ runs: new FakeRuns() });
    const terminal = Object.assign(new FakeTerminal(), { env: { MENDFLOW_SERVER: api.url } });
    const { code, err } = await mendflow('list', terminal);
    expect(code).toBe(3);
    expect(err).toContain('  fix:   Set MENDFLOW_TOKEN, or pass --token.');
  });

  it('shows a refusal in one line, then where and what to do, and exits 3 when it is about who calls', async () => {
    api = await listeningApi();
    const { code, out, err } = await api.run('list --token nobodys-token');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err.split('\n')).toEqual([
      'error: The token is not valid for people. (UNAUTHENTICATED)',
      `  where: GET ${api.url}/v1/remediations?limit=50`,
      '  fix:   Send Authorization: Bearer with a token that Mendflow is configured with.',
    ]);
  });

  it('exits 2 for what the api calls a wrong request, 1 for what is not there', async () => {
    api = await listeningApi({ runs: new FakeRuns() });
    expect(await api.run('list --since yesterday')).toMatchObject({ code: 2, err: expect.stringContaining('since') });
    expect(await api.run('describe remediation/default/X/nope')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error: .* \(NOT_FOUND\)$/m),
    });
  });

  it('exits 1 and names address and remedy when nobody listens', async () => {
    const { code, err } = await runAt('http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(err).toMatch(
      /cannot be reached: bad port \(API_UNAVAILABLE\)[\s\S]*http:\/\/127\.0\.0\.1:9[\s\S]*MENDFLOW_SERVER/,
    );
  });

  it('exits 4 when there is no answer in time', async () => {
    const { url } = await stranger();
    const { code, err } = await runAt(url, 'list --request-timeout 50ms');
    expect(code).toBe(4);
    expect(err).toMatch(/no answer within 50 ms \(API_TIMEOUT\)/);
  });

  it.each([
    [200, '<html>hello</html>'],
    [500, 'oops'],
    [404, '{"message":"not found"}'],
  ])('says so when something else answers (HTTP %i)', async (status, body) => {
    const { url } = await stranger(() => [status, body]);
    const { code, err } = await runAt(url);
    expect(code).toBe(1);
    expect(err).toContain(`the answer (HTTP ${status}) is not Mendflow’s`);
  });

  it('follows no redirect, so that the token stays with the server that was named', async () => {
    const { url, seen } = await stranger(({ url: path }) => (path === '/other' ? [200, '{}'] : [302, '/other']));
    expect((await runAt(url)).code).toBe(1);
    expect(seen).toHaveLength(1);
  });

  it('knows a code of a later version by its words', async () => {
    const document = { code: 'BRAND_NEW', title: 'Something new', detail: 'new thing', fix: 'Do the new thing.' };
    const { url } = await stranger(() => [418, JSON.stringify(document)]);
    const { code, err } = await runAt(url);
    expect(code).toBe(1);
    expect(err).toMatch(/new thing[\s\S]*Do the new thing/);
  });
});
