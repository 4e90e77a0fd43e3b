import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { clusterReads } from '../../../activities/kubernetes/cluster-reads.ts';
import { createTransport } from '../../../activities/kubernetes/transport.ts';
import { aPod } from '../support/builders.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';

let server: HttpServer;
let dispatcher: Agent;
let answer: { status: number; text: string };
beforeEach(async () => {
  server = await startHttpServer((response: ServerResponse) => response.writeHead(answer.status).end(answer.text));
  dispatcher = new Agent();
});
afterEach(async () => {
  await dispatcher.destroy();
  await server.stop();
});

const read = (previous = true) => {
  const transport = createTransport(async () => ({ server: server.url, dispatcher, headers: {} }), 2_000);
  const reads = clusterReads(transport, 2_000);
  return reads.podLog(aPod().ref, { container: 'app', previous, maxBytes: 1_000 });
};
const refused = (message: string) => JSON.stringify({ kind: 'Status', status: 'Failure', message, code: 400 });
const id = 'containerd://8c2b9c1f0d4f5f6b3a9f4f0a7e1d2c3b8c2b9c1f0d4f5f6b3a9f4f0a7e1d2c3b';

/** What kubelet 1.36 with containerd answers. */
const lost: [what: string, status: number, text: string][] = [
  ['a run that the node has dropped', 200, `unable to retrieve container logs for ${id}`],
  [
    'a file that was rotated away',
    200,
    'failed to try resolving symlinks in path "/var/log/pods/shop_checkout-1_5c7f/app/3.log": lstat /var/log/pods/shop_checkout-1_5c7f/app/3.log: no such file or directory',
  ],
  ['a run that the node has dropped, said as an error', 400, refused(`unable to retrieve container logs for ${id}`)],
  ['no run before', 400, refused('previous terminated container "app" in pod "checkout-1" not found')],
  [
    'a container that never started',
    400,
    refused('container "app" in pod "checkout-1" is waiting to start: CreateContainerConfigError'),
  ],
];

describe('the log of a container', () => {
  it('is its last bytes', async () => {
    answer = { status: 200, text: `${'a'.repeat(2_000)}\nout of memory\n` };
    expect(await read()).toMatch(/^a{985}\nout of memory\n$/);
  });

  it.each(lost)('is none for %s', async (_, status, text) => {
    answer = { status, text };
    expect(await read()).toBe(undefined);
  });

  it('is the log where a program wrote such a line among others', async () => {
    answer = { status: 200, text: `starting\nunable to retrieve container logs for ${id}\n` };
    expect(await read()).toBe(answer.text);
  });

  it('fails where the kubelet refuses for another reason', async () => {
    answer = { status: 400, text: refused('a container name must be specified for pod checkout-1') };
    await expect(read()).rejects.toMatchObject({ name: 'MendflowError' });
  });
});
