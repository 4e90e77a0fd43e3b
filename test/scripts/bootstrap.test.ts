import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { isInstalled } from '../../scripts/bootstrap/dependencies.mjs';

const root = join(import.meta.dirname, '..', '..');

describe('the bootstrap', () => {
  it('lists its tasks and exits 2 when the task is unknown', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'bootstrap.mjs'), 'toString'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/tasks: demo, start, test, check/);
  });

  it('passes SIGTERM on to the task, and ends with the exit code of the task', async () => {
    const run = JSON.stringify(pathToFileURL(join(root, 'scripts', 'bootstrap', 'run.mjs')).href);
    const task = `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1_000); console.log('ready')`;
    const door = `import { runTask } from ${run};
      process.exitCode = await runTask(process.execPath, ['-e', ${JSON.stringify(task)}]);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', door]);
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const [code] = await once(child, 'close');
    expect(code).toBe(7);
  });

  it('finds dependencies missing when there is no record of an installation', () => {
    expect(isInstalled({}, 'node_modules/.nothing.json')).toBe(false);
  });

  it('finds dependencies missing when one is not at the version of the lockfile', () => {
    expect(isInstalled({ 'node_modules/zod': { version: '0.0.0' } })).toBe(false);
  });

  it('asks nothing of packages that are optional', () => {
    expect(isInstalled({ 'node_modules/fsevents-of-another-platform': { version: '1.0.0', optional: true } })).toBe(
      true,
    );
  });
});
