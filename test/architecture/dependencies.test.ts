import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkoutFiles, root } from './source-files.ts';

interface Manifest {
  version: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
  scripts: Record<string, string>;
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

const tracked = checkoutFiles();
const topFolder = (path: string) => path.slice(0, path.indexOf('/'));

/** Where a package finds protobufjs from its own folder. */
const protobufjsOf = (name: string) => {
  const folder = join(root, 'node_modules', name);
  return createRequire(join(folder, 'package.json')).resolve('protobufjs/package.json');
};

describe('dependencies', () => {
  it('are pinned to exact versions', () => {
    const versions = { ...manifest.dependencies, ...manifest.devDependencies };
    expect(Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('of Temporal all have one version', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    const versions = Object.entries(all).filter(([name]) => name.startsWith('@temporalio/'));
    expect(new Set(versions.map(([, version]) => version)).size).toBe(1);
  });

  it('share one protobufjs, or replay from JSON fails', () => {
    const ours = createRequire(join(root, 'package.json')).resolve('protobufjs/package.json');
    expect(protobufjsOf('@temporalio/proto')).toBe(ours);
    expect(protobufjsOf('@temporalio/common')).toBe(ours);
  });

  it('may run no install script but the one that brings Node', () => {
    const allowed = Object.entries(manifest.allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed.map(([name]) => name)).toEqual(['node']);
  });

  it('of the product each have a line in docs/dependencies.md', () => {
    const page = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8');
    const named = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(manifest.dependencies));
  });
});

describe('the checkout', () => {
  it('has a README of at most 5 lines in every top folder but docs/, whose pages say it themselves', () => {
    const present = [
      ...new Set(tracked.filter((path) => path.includes('/') && !path.startsWith('.')).map(topFolder)),
    ].filter((name) => name !== 'docs');
    expect(present.length).toBeGreaterThan(10);
    for (const name of present) {
      const path = join(root, name, 'README.md');
      expect([name, existsSync(path)]).toEqual([name, true]);
      expect(readFileSync(path, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(5);
    }
  });

  it('has every npm script that its documents name', () => {
    const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`);
    const text = ['README.md', 'CONTRIBUTING.md', ...pages.filter((path) => path.endsWith('.md'))]
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join('\n');
    const named = [...text.matchAll(/`npm (?:run )?(?!run\b)([a-z][a-z:-]+)/g)].map(([, name]) => name ?? '');
    const ofNpmItself = ['ci', 'install', 'rebuild', 'ping', 'sbom', 'version', 'deprecate', 'dist-tag', 'unpublish'];
    expect(named.filter((name) => manifest.scripts[name] === undefined && !ofNpmItself.includes(name))).toEqual([]);
  });
});
