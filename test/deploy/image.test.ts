import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configFields } from '../../config/fields.ts';
import { buildSteps } from '../../scripts/dockerfile.ts';
import { root } from '../architecture/source-files.ts';

const dockerfile = readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};
const copied = buildSteps(dockerfile).flatMap((step) => (step.kind === 'copy' ? step.from : []));

describe('the image', () => {
  it('is based on the Node that the project runs on, on Debian', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set([`node:${manifest.devDependencies.node}-bookworm-slim`]));
  });

  it('copies only what exists and what .dockerignore lets through', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    for (const path of copied) {
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
      expect(ignore).toContain(`!${path}`);
    }
  });

  it('holds neither the sandbox nor tests', () => {
    expect(copied.filter((path) => /^(sandbox|test|bench|scripts\/?$)/.test(path))).toEqual([]);
  });

  it('does not run as root', () => {
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });

  it('sets only variables that Mendflow knows', () => {
    const set = [...dockerfile.matchAll(/\b(MENDFLOW_\w+)=/g)].map(([, name]) => name);
    const known = configFields.map(({ env }) => env);
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
  });
});
