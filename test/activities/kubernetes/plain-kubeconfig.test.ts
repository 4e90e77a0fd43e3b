import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { plainKubeconfig } from '../../../activities/kubernetes/plain-kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'mendflow-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig of two contexts, prod being the current one. */
function kubeconfig(cluster: object, user: object): string {
  const file = join(folder, 'config');
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'prod' },
    clusters: [
      { name: 'c', cluster: { server: 'https://prod:6443/', ...cluster } },
      { name: 't', cluster: { server: 'https://test' } },
    ],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'prod', context: { cluster: 'c', user: 'u' } },
      { name: 'test', context: { cluster: 't', user: 'u' } },
    ],
  };
  writeFileSync(file, stringify(config));
  return file;
}

describe('a plain kubeconfig', () => {
  it('gives server, token and authority, whether in it or in files beside it', () => {
    writeFileSync(join(folder, 'ca.crt'), 'authority');
    const access = plainKubeconfig(kubeconfig({ 'certificate-authority': 'ca.crt' }, { token: 'abc' }), undefined);
    expect([access?.server, access?.tls(), access?.token()]).toEqual(['https://prod:6443', { ca: 'authority' }, 'abc']);
  });

  it('gives a client’s certificate and key, and the name that the server’s certificate says', () => {
    const user = { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') };
    const cluster = { 'tls-server-name': 'kubernetes', 'insecure-skip-tls-verify': true };
    expect(plainKubeconfig(kubeconfig(cluster, user), undefined)?.tls()).toEqual({
      ...{ cert: 'cert', key: 'key', servername: 'kubernetes', rejectUnauthorized: false },
    });
  });

  it('reads a token file anew each time', () => {
    const access = plainKubeconfig(kubeconfig({}, { tokenFile: 'token' }), undefined);
    for (const token of ['first', 'second']) {
      writeFileSync(join(folder, 'token'), `${token}\n`);
      expect(access?.token()).toBe(token);
    }
  });

  it('takes the context that is named', () => {
    expect(plainKubeconfig(kubeconfig({}, {}), 'test')?.server).toBe('https://test');
    expect(plainKubeconfig(kubeconfig({}, {}), 'other')).toBeUndefined();
  });

  it.each<[string, object, object]>([
    ['a command', {}, { exec: { command: 'aws' } }],
    ['a provider', {}, { 'auth-provider': { name: 'oidc' } }],
    ['a password', {}, { username: 'admin', password: 'admin' }],
    ['another identity', {}, { token: 'abc', as: 'somebody' }],
    ['a proxy', { 'proxy-url': 'http://proxy' }, { token: 'abc' }],
  ])('is none that asks for %s', (_, cluster, user) => {
    expect(plainKubeconfig(kubeconfig(cluster, user), undefined)).toBeUndefined();
  });

  it('is none that is not there', () => {
    expect(plainKubeconfig(join(folder, 'missing'), undefined)).toBeUndefined();
  });
});
