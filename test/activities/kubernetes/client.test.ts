import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectCluster } from '../../../activities/kubernetes/client.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';

let folder: string;
let server: HttpServer;
let cluster: Cluster;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mendflow-client-'));
  server = await startHttpServer((response) => response.end('{"metadata":{"labels":{"a":"b"}}}'));
  cluster = connectCluster({ kubeconfig: kubeconfigFor(`${server.url}/`) });
});
afterEach(async () => {
  await cluster.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

function kubeconfigFor(address: string, more: object = {}): string {
  const file = join(folder, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true, ...more } }],
    users: [{ name: 'u', user: { token: 'secret-token' } }],
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
