import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');

const main = join(root, 'cli', 'main.ts');

function mendflow(...args: string[]) {
  const { MENDFLOW_INTAKE_TOKENS: _1, MENDFLOW_API_TOKENS: _2, NODE_OPTIONS: _3, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('mendflow', () => {
  it('lists its commands on stdout and exits 0 for --help', () => {
    expect(mendflow('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/serve[\s\S]*completion/),
      stderr: '',
    });
  });

  it('loads no package but commander to ask the api: each one delays the answer', () => {
    const hook = `import { registerHooks } from 'node:module';
      const packages = new Set();
      registerHooks({ load(url, context, next) {
        const [, name] = /\\/node_modules\\/([^/]+)/.exec(url) ?? [];
        if (name) packages.add(name);
        return next(url, context);
      } });
      process.on('exit', () => console.log([...packages].join()));`;
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, main, 'list', '--server', 'http://127.0.0.1:9'],
      { env, encoding: 'utf8' },
    );
    expect(stdout).toBe('commander\n');
  });

  it('prints the version of the package', () => {
    expect(mendflow('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['an unknown command', ['mend'], "unknown command 'mend'"],
    ['an unknown part', ['serve', 'watch'], 'Allowed choices are api, worker'],
    ['an unknown option', ['serve', '--port', '1'], "unknown option '--port'"],
  ])('exits 2 for %s and says what is possible', (_, args, expected) => {
    const { status, stderr, stdout } = mendflow(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  it('exits 2 with every fault of the configuration before anything is started', () => {
    const { status, stderr } = mendflow('serve', 'api');
    expect(status).toBe(2);
    expect(stderr).toMatch(/2 faults:\n {2}api\.intakeTokens: .*\n {2}api\.tokens: /);
  });

  it('exits 2 when the configuration file cannot be read', () => {
    expect(mendflow('serve', 'worker', '--config', '/nowhere.yaml')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('/nowhere.yaml: cannot be read (ENOENT)'),
    });
  });
});
