import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../../sandbox/binaries/catalogue.ts';
import { root } from '../architecture/source-files.ts';

interface JestConfig {
  projects: { displayName: string }[];
}
const jestConfig = ((await import(join(root, 'jest.config.js'))) as { default: JestConfig }).default;

import { layers } from '../../scripts/layers.ts';

const needing = (server: string) => layers.filter(({ servers }) => servers.includes(server)).map(({ name }) => name);

describe('the layers of tests', () => {
  it('run every project of jest once', () => {
    const projects = jestConfig.projects.map(({ displayName }) => displayName);
    expect(layers.flatMap((layer) => layer.projects).sort()).toEqual(projects.sort());
  });

  it('name only servers that the sandbox knows', () => {
    const known = catalogue.map(({ name }) => name);
    expect(
      layers.flatMap(({ servers, optional }) => [...servers, ...optional].filter((name) => !known.includes(name))),
    ).toEqual([]);
  });

  it('do without Prometheus and Alertmanager, and replay histories without any server', () => {
    for (const server of ['prometheus', 'alertmanager', 'promtool', 'amtool']) expect(needing(server)).toEqual([]);
    expect(layers.find(({ name }) => name === 'replay')?.servers).toEqual([]);
  });
});
