import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadClient } from '../../config/client.ts';
import { contextsFile, readContexts, writeContexts } from '../../config/contexts.ts';
import { runningSandboxes } from '../../config/running-sandboxes.ts';

let home: string;
let env: Record<string, string | undefined>;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  env = { HOME: home };
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const sandboxEnv = { MENDFLOW_SERVER: 'http://127.0.0.1:4711', MENDFLOW_TOKEN: 'of-the-sandbox' };

function aSandbox(name: string, state: object = { pid: process.pid, env: sandboxEnv }): void {
  const folder = join(home, '.cache', 'mendflow', 'sandboxes', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sandbox.json'), JSON.stringify(state));
}

const inUse = (name: string) =>
  writeContexts(env, { current: name, contexts: { prod: { server: 'https://prod.example' } } });

describe('the command line finds its server', () => {
  it('in the one sandbox that runs, and takes the sandbox’s own token', () => {
    aSandbox('default');
    const found = { server: 'http://127.0.0.1:4711', token: 'of-the-sandbox', foundBy: 'sandbox/default' };
    expect(loadClient({ env })).toEqual(found);
    expect(loadClient({ env: { ...env, MENDFLOW_TOKEN: 'of-somebody-else' } })).toEqual(found);
  });

  it('never sends the token of a sandbox to another server', () => {
    aSandbox('default');
    expect(loadClient({ env, server: 'https://other.example' })).toEqual({ server: 'https://other.example' });
    expect(loadClient({ env: { ...env, MENDFLOW_SERVER: 'https://other.example' } }).token).toBeUndefined();
  });

  it('in the context in use, before a sandbox that runs', () => {
    aSandbox('default');
    inUse('prod');
    expect(loadClient({ env })).toEqual({ server: 'https://prod.example', foundBy: 'context prod' });
    expect(loadClient({ env, context: 'sandbox/default' }).server).toBe('http://127.0.0.1:4711');
  });

  it('by an address of the environment, before the context in use', () => {
    inUse('prod');
    expect(loadClient({ env: { ...env, MENDFLOW_SERVER: 'https://m.example' } }).server).toBe('https://m.example');
    expect(loadClient({ env: { ...env, MENDFLOW_SERVER: 'https://m.example' }, context: 'prod' }).server).toBe(
      'https://prod.example',
    );
  });

  it('never by chance: of several sandboxes one must be named', () => {
    aSandbox('default');
    aSandbox('second');
    expect(() => loadClient({ env })).toThrow(
      'Several sandboxes run; choose one with --context: sandbox/default, sandbox/second',
    );
  });

  it('says which context was meant', () => {
    inUse('prod');
    expect(() => loadClient({ env, context: 'prood' })).toThrow(
      '--context: there is no context prood; did you mean prod?',
    );
    expect(() => loadClient({ env: { ...env, MENDFLOW_CONTEXT: 'zzzzz' } })).toThrow('there are prod');
  });

  it('with the token from the file of the context', () => {
    writeContexts(env, { contexts: { prod: { server: 'https://prod.example', tokenFile: '/run/token' } } });
    const readFile = (path: string) => `token of ${path}\n`;
    expect(loadClient({ env, context: 'prod', readFile }).token).toBe('token of /run/token');
  });
});

describe('a sandbox counts as running', () => {
  it('only while its process runs and Mendflow runs in it', () => {
    aSandbox('killed', { pid: spawnSync('true').pid, env: sandboxEnv });
    aSandbox('without-mendflow', { pid: process.pid, env: {} });
    aSandbox('default');
    expect(runningSandboxes(env).map(({ name }) => name)).toEqual(['default']);
  });

  it('never where its file cannot be read as one', () => {
    aSandbox('default');
    writeFileSync(join(home, '.cache', 'mendflow', 'sandboxes', 'default', 'sandbox.json'), '{"pid":');
    expect(runningSandboxes(env)).toEqual([]);
    expect(runningSandboxes({})).toEqual([]);
  });
});

describe('contexts', () => {
  it('are kept for this user only', () => {
    inUse('prod');
    expect(readContexts(env)).toEqual({ current: 'prod', contexts: { prod: { server: 'https://prod.example' } } });
    expect(statSync(contextsFile(env) ?? '').mode & 0o077).toBe(0);
  });

  it.each([
    ['{"contexts":{"prod":{"server":"ftp://x"}}}', 'contexts.prod.server: must be an http or https URL, is "ftp://x"'],
    ['{"contexts":{"prod":{"tokenFile":"/t"}}}', 'contexts.prod.server: is required'],
    [
      '{"contexts":{"prod":{"server":"http://x","tokenFile":""}}}',
      'contexts.prod.tokenFile: must be the path of a file',
    ],
    ['{"contexts":{"prod":{"server":"http://x","token":"t"}}}', 'contexts.prod.token: is not a setting'],
    ['{"contexts":{"prod":"http://x"}}', 'contexts.prod: must be an object'],
    ['{"contexts":[]}', 'contexts: must be an object'],
    ['{"current":1}', 'current: must be a text'],
    ['{"curent":"prod"}', 'curent: is not a setting'],
    ['{"contexts":', 'contexts.json: must hold a JSON object'],
  ])('are refused with the field that is wrong: %s', (text, fault) => {
    mkdirSync(join(home, '.config', 'mendflow'), { recursive: true });
    writeFileSync(contextsFile(env) ?? '', text);
    expect(() => readContexts(env)).toThrow(fault);
  });
});
