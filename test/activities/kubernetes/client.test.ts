import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createApiCluster } from '../../../activities/kubernetes/api-cluster.ts';
import { connectCluster } from '../../../activities/kubernetes/client.ts';
import { openLightTransport } from '../../../activities/kubernetes/light-transport.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import { createVitalSigns } from '../../../activities/kubernetes/vitals.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';

let folder: string;
let server: HttpServer;
let cluster: Cluster;
/** The one token that the server takes; without it every one. */
let accepted: string | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mendflow-client-'));
  accepted = undefined;
  server = await startHttpServer((response) => {
    const isRefused = accepted !== undefined && server.seen.at(-1)?.headers.authorization !== `Bearer ${accepted}`;
    if (isRefused) response.writeHead(401);
    response.end('{"metadata":{"labels":{"a":"b"}}}');
  });
  cluster = connectCluster({ kubeconfig: kubeconfigFor(`${server.url}/`) });
});
afterEach(async () => {
  await cluster.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

function kubeconfigFor(address: string, more: object = {}, user: object = { token: 'secret-token' }): string {
  const file = join(folder, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true, ...more } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

describe('a connected cluster', () => {
  it('calls the server of the kubeconfig with its token', async () => {
    expect(await cluster.getNamespace('shop')).toEqual({ labels: { a: 'b' }, annotations: {} });
    expect(server.seen[0]).toMatchObject({
      url: '/api/v1/namespaces/shop',
      headers: { authorization: 'Bearer secret-token' },
    });
  });

  it('shares its connections between calls, those of the first moment included', async () => {
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([cluster.getNamespace('shop'), cluster.getNamespace('cart')]);
    }
    expect(server.seen).toHaveLength(40);
    expect(server.connections()).toBeLessThanOrEqual(4);
  });

  it('never opens more connections than its bound', async () => {
    await Promise.all(Array.from({ length: 100 }, () => cluster.getNamespace('shop')));
    expect(server.connections()).toBeLessThanOrEqual(32);
  });

  it('says which contexts there are when the one asked for is not', () => {
    const connect = () => connectCluster({ kubeconfig: kubeconfigFor(server.url), context: 'two' });
    expect(connect).toThrow(/no context two: one/);
  });

  it('refuses a SOCKS proxy at the first call', async () => {
    const kubeconfig = kubeconfigFor(server.url, { 'proxy-url': 'socks5://127.0.0.1:1' });
    const behind = connectCluster({ kubeconfig });
    await expect(behind.getNamespace('shop')).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});

async function lightly({ kubeconfig }: { kubeconfig: string }): Promise<Cluster> {
  const { transport, close } = await openLightTransport({ kubeconfig });
  return createApiCluster(transport, { logDeadlineMs: 1_000, vitals: createVitalSigns(), close });
}

describe('credentials that the API server does not take any more', () => {
  const tokensSent = () => server.seen.map(({ headers }) => headers.authorization?.replace('Bearer ', ''));

  it.each([
    ['the library', async (options: { kubeconfig: string }) => connectCluster(options)],
    ['the light transport', lightly],
  ])('are read again and the call is sent once more, by %s', async (_, connect) => {
    const cluster = await connect({ kubeconfig: kubeconfigFor(server.url) });
    await cluster.getNamespace('shop');
    accepted = 'rotated';
    kubeconfigFor(server.url, {}, { token: 'rotated' });
    const both = [cluster.getNamespace('shop'), cluster.getNamespace('cart')];
    expect(await Promise.all(both)).toHaveLength(2);
    expect(tokensSent().sort()).toEqual([...Array(2).fill('rotated'), ...Array(3).fill('secret-token')]);
    await cluster.close();
  });

  it.each([
    ['the library', async (options: { kubeconfig: string }) => connectCluster(options)],
    ['the light transport', lightly],
  ])(
    'are read again from the token file that the kubeconfig names, which comes before its token, by %s',
    async (_, connect) => {
      const put = (token: string) => writeFileSync(join(folder, 'token'), `${token}\n`);
      put('first');
      const kubeconfig = kubeconfigFor(server.url, {}, { token: 'secret-token', tokenFile: 'token' });
      const cluster = await connect({ kubeconfig });
      await cluster.getNamespace('shop');
      put('second');
      accepted = 'second';
      await cluster.getNamespace('shop');
      expect(tokensSent()).toEqual(['first', 'first', 'second']);
      await cluster.close();
    },
  );

  it('are asked of the command of the kubeconfig again', async () => {
    const script = join(folder, 'token.sh');
    const printing = (token: string) =>
      writeFileSync(
        script,
        `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}"}}'\n`,
        { mode: 0o755 },
      );
    printing('first');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: script };
    const cluster = connectCluster({ kubeconfig: kubeconfigFor(server.url, {}, { exec }) });
    await cluster.getNamespace('shop');
    printing('second');
    accepted = 'second';
    await cluster.getNamespace('shop');
    expect(tokensSent()).toEqual(['first', 'first', 'second']);
    await cluster.close();
  });

  it('are refused for good where the new ones are not taken either, and are not read again for each call', async () => {
    accepted = 'none that we have';
    for (let call = 0; call < 3; call += 1)
      await expect(cluster.getNamespace('shop')).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' });
    expect(server.seen).toHaveLength(4);
  });

  it('stay as they were where the kubeconfig cannot be read at that moment', async () => {
    await cluster.getNamespace('shop');
    accepted = 'rotated';
    rmSync(join(folder, 'config'));
    await expect(cluster.getNamespace('shop')).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' });
  });
});
