import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
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
