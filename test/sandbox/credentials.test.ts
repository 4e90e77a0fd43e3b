import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { components, createCredentials, writeKubeconfig } from '../../sandbox/credentials.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the credentials of a cluster', () => {
  it('give each component a token of its own', () => {
    const { token } = createCredentials(folder);
    const tokens = Object.keys(components).map((name) => token(name as keyof typeof components));
    expect(new Set(tokens).size).toBe(Object.keys(components).length);
    expect(tokens.every((each) => /^[0-9a-f]{48}$/.test(each))).toBe(true);
  });

  it('stay the same over a restart', () => {
    expect(createCredentials(folder).token('worker')).toBe(createCredentials(folder).token('worker'));
  });

  it('make only the admin a master', () => {
    const { tokenFile } = createCredentials(folder);
    const masters = readFileSync(tokenFile, 'utf8')
      .split('\n')
      .filter((row) => row.includes('system:masters'));
    expect(masters.map((row) => row.split(',')[1])).toEqual(['sandbox-admin']);
  });

  it('can be read by their owner only', () => {
    const { tokenFile, signingKeyFile } = createCredentials(folder);
    for (const file of [tokenFile, signingKeyFile]) expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('are written as a kubeconfig whose context is called like the cluster', () => {
    const access = { cluster: 'east', server: 'https://127.0.0.1:1', caFile: '/ca.crt', user: 'u', token: 't' };
    const config = parse(readFileSync(writeKubeconfig(join(folder, 'config'), access), 'utf8'));
    expect(config['current-context']).toBe('east');
    expect(config.users).toEqual([{ name: 'u', user: { token: 't' } }]);
  });
});
