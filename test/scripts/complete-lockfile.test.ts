import { describe, expect, it } from '@jest/globals';
import { missingEntries, platformOf } from '../../scripts/complete-lockfile.mjs';

describe('a platform package', () => {
  it.each([
    ['@biomejs/cli-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@swc/core-linux-arm64-gnu', { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] }],
    ['@swc/core-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@biomejs/cli-win32-x64', { os: ['win32'], cpu: ['x64'] }],
  ])('%s runs on what its name says', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});

describe('the entries that a lockfile lacks', () => {
  const tool = (version: string) => ({
    version: '1.0.0',
    dev: true,
    optionalDependencies: { '@t/linux-x64': version },
  });

  it('are those that a package names as optional and nothing provides', () => {
    expect(missingEntries({ '': {}, 'node_modules/t': tool('1.0.0') })).toEqual({
      'node_modules/@t/linux-x64': { version: '1.0.0', dev: true, optional: true, os: ['linux'], cpu: ['x64'] },
    });
  });

  it('are none when the package is there, nested or not', () => {
    const there = { version: '1.0.0', optional: true };
    expect(missingEntries({ 'node_modules/t': tool('1.0.0'), 'node_modules/@t/linux-x64': there })).toEqual({});
    expect(
      missingEntries({ 'node_modules/t': tool('1.0.0'), 'node_modules/t/node_modules/@t/linux-x64': there }),
    ).toEqual({});
  });

  it('are none where the version is a range, which only the registry can answer', () => {
    expect(missingEntries({ 'node_modules/t': tool('^1.0.0') })).toEqual({});
  });
});
