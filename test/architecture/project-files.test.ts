// What a project that others join has beside its code: one Node everywhere, forms, owners, updates.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkoutFiles, root } from './source-files.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  engines: { node: string };
  devDependencies: Record<string, string>;
};

describe('the version of Node', () => {
  const wanted = read('.nvmrc').trim();

  it('is one: .nvmrc, the dependency that brings it, and both stages of the image name the same', () => {
    expect(manifest.devDependencies.node).toBe(wanted);
    const images = [...read('deploy/Dockerfile').matchAll(/^FROM node:([\d.]+)-/gm)].map(([, version]) => version);
    expect(images).toEqual([wanted, wanted]);
  });

  it('is what every job of the workflows sets up', () => {
    const set = readdirSync(join(root, '.github', 'workflows')).flatMap((name) =>
      [...read(`.github/workflows/${name}`).matchAll(/node-version[^,}]*/g)].map(([text]) => text.trim()),
    );
    expect(set.length).toBeGreaterThan(3);
    expect(new Set(set)).toEqual(new Set(['node-version-file: .nvmrc']));
  });

  it('is one that package.json accepts', () => {
    const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node) ?? [];
    const [ownMajor = 0, ownMinor = 0] = wanted.split('.').map(Number);
    expect(ownMajor * 1_000 + ownMinor).toBeGreaterThanOrEqual(Number(major) * 1_000 + Number(minor));
  });
});

describe('the forms of an issue', () => {
  const folder = '.github/ISSUE_TEMPLATE';
  const forms = readdirSync(join(root, folder)).filter((name) => name !== 'config.yml');

  it('are a bug, and a fault class, action or guard', () => {
    expect(forms.sort()).toEqual(['bug.yml', 'fault-or-action.yml']);
  });

  it.each(forms)('%s has a name, a description, and fields with unique ids and a label each', (name) => {
    const form = parse(read(`${folder}/${name}`)) as {
      name: string;
      description: string;
      body: { type: string; id?: string; attributes: { label?: string; options?: string[] } }[];
    };
    expect(form.name.length * form.description.length).toBeGreaterThan(0);
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    expect(fields.length).toBeGreaterThan(3);
    expect(fields.filter(({ id, attributes }) => id === undefined || attributes.label === undefined)).toEqual([]);
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  });

  it('send whoever found a vulnerability to SECURITY.md', () => {
    expect(read(`${folder}/bug.yml`)).toContain('SECURITY.md');
  });
});

describe('the owners and the updates', () => {
  it('name only folders and files that exist', () => {
    const patterns = read('.github/CODEOWNERS')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/\s+/)[0] ?? '');
    expect(patterns[0]).toBe('*');
    const files = checkoutFiles();
    const fits = (pattern: string) => {
      const start = new RegExp(`^${pattern.slice(1).replaceAll('.', '\\.').replaceAll('*', '[^/]*')}`);
      return files.some((path) => start.test(path));
    };
    expect(patterns.length).toBeGreaterThan(5);
    expect(patterns.slice(1).filter((pattern) => !fits(pattern))).toEqual([]);
  });

  it('look for updates of everything that is pinned: npm packages, actions, the base image, the Go module', () => {
    const { updates } = parse(read('.github/dependabot.yml')) as {
      updates: { 'package-ecosystem': string; directory: string; schedule: { interval: string } }[];
    };
    const pins = { npm: 'package.json', 'github-actions': '.github/workflows', docker: 'Dockerfile', gomod: 'go.mod' };
    expect(updates.map((one) => one['package-ecosystem']).sort()).toEqual(Object.keys(pins).sort());
    for (const { 'package-ecosystem': kind, directory, schedule } of updates) {
      expect(existsSync(join(root, directory, pins[kind as keyof typeof pins]))).toBe(true);
      expect(schedule.interval).toBe('weekly');
    }
  });
});
