import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { root } from './source-files.ts';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  permissions?: Record<string, string>;
  environment?: string;
  steps: Step[];
}
interface Workflow {
  permissions: unknown;
  jobs: Record<string, Job>;
}

const folder = join(root, '.github', 'workflows');
const texts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
const workflows = texts.map(({ name, text }) => ({ ...(parse(text) as Workflow), name }));
const jobs = workflows.flatMap(({ name, jobs }) =>
  Object.entries(jobs).map(([job, is]) => ({ id: `${name} ${job}`, ...is })),
);
const steps = jobs.flatMap((job) => job.steps);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

describe('continuous integration', () => {
  it('pins every action by commit and names its version', () => {
    const uses = texts.flatMap(({ text }) => [...text.matchAll(/uses: (.*)$/gm)].map(([, what = '']) => what));
    expect(uses.length).toBe(steps.filter((step) => step.uses !== undefined).length);
    expect(uses.filter((what) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what))).toEqual([]);
  });

  it('grants its jobs no more than reading, except to those that publish what they name', () => {
    for (const { name, permissions } of workflows) expect([name, permissions]).toEqual([name, { contents: 'read' }]);
    const granted = jobs.map(({ id, permissions = {} }) => [
      id,
      Object.keys(permissions)
        .filter((name) => permissions[name] === 'write')
        .sort(),
    ]);
    expect(Object.fromEntries(granted)).toEqual({
      'check.yml check': [],
      'check.yml image': [],
      'release.yml check': [],
      'release.yml package': ['attestations', 'id-token'],
      'release.yml image': ['attestations', 'id-token', 'packages'],
      'release.yml npm': ['id-token'],
      'release.yml notes': ['contents'],
    });
  });

  it('publishes only from the environment in which a second maintainer says yes', () => {
    const publishing = jobs.filter(({ permissions, steps }) => {
      return permissions?.packages === 'write' || steps.some(({ run }) => run === 'npm run release -- npm');
    });
    expect(publishing.map(({ id, environment }) => [id, environment])).toEqual([
      ['release.yml image', 'release'],
      ['release.yml npm', 'release'],
    ]);
  });

  it('runs nothing but what everybody can run: .ci/run and npm scripts that exist', () => {
    const known = ['.ci/run', ...Object.keys(manifest.scripts).map((name) => `npm run ${name}`)];
    const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(runs.length).toBeGreaterThan(3);
    expect(runs.filter((what) => !known.includes(what.replace(/ -- [a-z]+$/, '')))).toEqual([]);
  });

  it('calls only tasks of the release that the script has', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'release', 'index.ts'), 'nothing'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(status).toBe(2);
    const tasks = /-- ([a-z|]+)/.exec(stderr)?.[1]?.split('|') ?? [];
    const called = steps.flatMap(({ run }) => /^npm run release -- (.*)$/.exec(run ?? '')?.[1] ?? []);
    expect(called).toEqual(['check', 'package', 'notes', 'npm', 'notes', 'github']);
    expect(called.filter((task) => !tasks.includes(task))).toEqual([]);
  });

  it('hands nothing that an outsider can write to a shell', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it('installs nothing on the system: it runs on what a newcomer has', () => {
    const commands = readFileSync(join(root, '.ci', 'run'), 'utf8').replaceAll(/^\s*#.*$/gm, '');
    expect(commands).not.toMatch(
      /\b(apt|apt-get|dpkg|dnf|yum|apk|brew|curl|wget|sudo|go install|npm (i|install) -g)\b/,
    );
  });

  it('has a .ci/run that is executable and that a plain shell can read', () => {
    const path = join(root, '.ci', 'run');
    expect(statSync(path).mode & 0o111).not.toBe(0);
    expect(spawnSync('sh', ['-n', path]).status).toBe(0);
  });
});
