import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeTerminal, type ListeningApi, listeningApi, mendflow } from './support/command-line.ts';

let home: string;
let api: ListeningApi;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  api = await listeningApi();
});
afterAll(async () => {
  await api.close();
  rmSync(home, { recursive: true, force: true });
});

const run = (args: string, env = {}) =>
  mendflow(args, Object.assign(new FakeTerminal(), { env: { HOME: home, ...env } }));

describe('mendflow config', () => {
  it('names installations, lists them and chooses one', async () => {
    expect((await run('config get-contexts')).err).toBe(
      'No contexts. Add one with: mendflow config set-context NAME --server URL',
    );
    expect(await run(`config set-context prod --server ${api.url} --token-file /run/token`)).toEqual({
      ...{ code: 0, out: 'Context prod is set.' },
      err: 'Use it with: mendflow config use-context prod',
    });
    await run('config set-context test --server http://127.0.0.1:9');
    expect((await run('config use-context prod')).out).toBe(`The commands now speak to ${api.url} (context prod).`);
    expect((await run('config get-contexts')).out.split('\n')).toEqual([
      `CURRENT   NAME   SERVER${' '.repeat(api.url.length - 6)}   TOKEN`,
      `*         prod   ${api.url}   /run/token`,
      `-         test   http://127.0.0.1:9${' '.repeat(api.url.length - 18)}   -`,
    ]);
    expect((await run('config get-contexts --no-headers')).out).toMatch(/^\* /);
  });

  it('refuses a context that nobody has set, and says which one was meant', async () => {
    expect(await run('config use-context prodd')).toMatchObject({
      code: 1,
      err: expect.stringContaining('No context prodd; did you mean prod?'),
    });
    expect(await run('config set-context bad --server nonsense')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--server must be an http or https URL, is "nonsense"'),
    });
  });

  it('lets the other commands say to whom they speak, unless the caller named the address', async () => {
    const token = { MENDFLOW_TOKEN: 'x' };
    await run(`config set-context prod --server ${api.url}`);
    expect((await run('list', token)).err).toMatch(`Server: ${api.url} (context prod)`);
    expect((await run(`list --server ${api.url}`, token)).err).not.toMatch('Server:');
    expect((await run('guard --server http://127.0.0.1:9')).err).not.toMatch('Server:');
  });

  it('forgets a context, and that it was in use', async () => {
    expect((await run('config delete-context prod')).out).toBe('Context prod is deleted.');
    expect((await run('config get-contexts')).out).not.toMatch('prod');
    expect((await run('list')).err).toMatch(
      'Server: http://127.0.0.1:8080 (the default; no server is named and no sandbox runs)',
    );
  });
});

describe('mendflow version', () => {
  it('answers with its version and the Node that runs it', async () => {
    expect(await run('version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^mendflow \d+\.\d+\.\d+ \(Node 2/),
    });
  });
});
