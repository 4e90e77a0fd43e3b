import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changelogSection } from '../../scripts/release/changelog.ts';
import { type ReleaseState, releaseFaults } from '../../scripts/release/check.ts';
import { compiled, publishedManifest, writePackage } from '../../scripts/release/npm-package.ts';
import { githubArguments, npmArguments } from '../../scripts/release/publish.ts';
import { root } from '../architecture/source-files.ts';

const changelog = `# Changelog

For operators.

## Unreleased

## 0.2.0 - 2026-12-01

- Nodes are cordoned.

### Upgrade
Apply the rights first.

## 0.1.0
- First.
`;

describe('the section of the changelog', () => {
  it('is the text under the heading of exactly that version', () => {
    expect(changelogSection(changelog, '0.2.0')).toBe('- Nodes are cordoned.\n\n### Upgrade\nApply the rights first.');
    expect(changelogSection(changelog, '0.1.0')).toBe('- First.');
  });

  it('is empty where nothing is written, and undefined where there is no heading', () => {
    expect(changelogSection(changelog, 'Unreleased')).toBe('');
    expect(changelogSection(changelog, '0.2')).toBeUndefined();
  });
});

describe('the check of a release', () => {
  const good: ReleaseState = {
    tag: 'v0.2.0',
    version: '0.2.0',
    changelog,
    recorded: ['0.1.0', '0.2.0'],
    isOnMain: true,
  };
  const faults = (change: Partial<ReleaseState>) => releaseFaults({ ...good, ...change });

  it('lets a release go that is whole', () => {
    expect(faults({})).toEqual([]);
  });

  it.each<[string, Partial<ReleaseState>, RegExp]>([
    [
      'a tag of another version',
      { tag: 'v0.3.0' },
      /^The tag is v0\.3\.0, but package\.json has the version 0\.2\.0\.$/,
    ],
    ['a changelog without the version', { changelog: '## 0.1.0\n- First.' }, /has no section "## 0\.2\.0"/],
    ['an empty section', { changelog: '## 0.2.0\n\n## 0.1.0\n- First.' }, /section "## 0\.2\.0" .* is empty/],
    ['entries that are still unreleased', { changelog: `## Unreleased\n- Left.\n\n## 0.2.0\n- It.` }, /## Unreleased/],
    [
      'a version without recorded histories',
      { recorded: ['0.1.0'] },
      /no folder 0\.2\.0: run npm run record-histories/,
    ],
    ['a commit that is not on main', { isOnMain: false }, /not on the branch main/],
  ])('refuses %s', (_, change, said) => {
    expect(faults(change)).toEqual([expect.stringMatching(said)]);
  });

  it('names every fault at once', () => {
    expect(faults({ tag: 'main', version: '1.x', recorded: [], isOnMain: false })).toHaveLength(5);
  });

  it('asks no histories of a prerelease', () => {
    const text = '## 0.3.0-rc.1\n- Try it.';
    expect(faults({ tag: 'v0.3.0-rc.1', version: '0.3.0-rc.1', changelog: text })).toEqual([]);
  });
});

describe('publishing', () => {
  it('asks npm for provenance, and keeps a prerelease from those who did not ask for it', () => {
    expect(npmArguments('0.2.0', 'dist')).toEqual([
      ...['publish', join('dist', 'mendflow-0.2.0.tgz'), '--provenance', '--access=public', '--tag=latest'],
    ]);
    expect(npmArguments('0.3.0-rc.1', 'dist')).toContain('--tag=next');
  });

  it('makes the changelog section the notes and attaches every other file', () => {
    const args = githubArguments('v0.2.0', 'dist', ['notes.md', 'b.tgz', 'a.json']);
    expect(args.slice(-3)).toEqual([`--notes-file=${join('dist', 'notes.md')}`, 'dist/a.json', 'dist/b.tgz']);
    expect(args).not.toContain('--prerelease');
    expect(githubArguments('v0.3.0-rc.1', 'dist', [])).toContain('--prerelease');
  });
});

describe('the npm package', () => {
  let outside: string;
  let folder: string;

  /** As npm lays it out: below node_modules, where Node removes no types. */
  beforeAll(() => {
    outside = mkdtempSync(join(tmpdir(), 'mendflow-package-'));
    folder = join(outside, 'node_modules', 'mendflow');
    mkdirSync(folder, { recursive: true });
    writePackage(folder, 'https://git.example/mendflow/mendflow');
    symlinkSync(realpathSync(join(root, 'node_modules')), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(outside, { recursive: true, force: true }));

  const run = (...args: string[]) => {
    const env = { ...process.env, NODE_OPTIONS: '', MENDFLOW_CACHE: join(outside, 'cache') };
    const command = [join(folder, 'cli', 'mendflow.mjs'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: outside, env, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };
  const files = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('node_modules'));

  it('runs from node_modules: it says its version and lints the policies that it brings', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(run('--version')).toEqual({ status: 0, output: `${version}\n` });
    expect(run('lint', join(folder, 'policies'))).toMatchObject({ status: 0 });
  });

  it('runs the policy tests that it brings, in its simulation', () => {
    expect(run('test', join(folder, 'policies', 'crash-loop.test.yaml'))).toMatchObject({ status: 0 });
  });

  it('holds no TypeScript and no file of the tests or the laboratory', () => {
    const found = files();
    expect(found).toContain('workflows/index.js');
    expect(found.filter((path) => path.endsWith('.ts') || /^(test|sandbox|bench|scripts)\//.test(path))).toEqual([]);
  });

  it('names no file by its name in the checkout', () => {
    const code = files().filter((path) => path.endsWith('.js'));
    expect(code.length).toBeGreaterThan(100);
    const names = /(from |import\(|new URL\()\s*['"`]\.[^'"`]*\.ts['"`]/;
    expect(code.filter((path) => names.test(readFileSync(join(folder, path), 'utf8')))).toEqual([]);
  });

  it('publishes a manifest without what only a checkout can use, and names its repository', () => {
    const manifest = { name: 'mendflow', private: true, scripts: {}, devDependencies: {}, bin: { mendflow: 'x' } };
    expect(publishedManifest(manifest, 'https://git.example/a/b')).toEqual({
      name: 'mendflow',
      bin: { mendflow: 'x' },
      repository: { type: 'git', url: 'git+https://git.example/a/b.git' },
    });
  });

  it('renames the .ts files that a file imports or loads, lazily or by URL', () => {
    const lines = [
      "import type { A } from './a.ts';",
      "import { b } from '../b.ts';",
      "const c = await import('./c.ts');",
      "b(c as A, new URL('./d.ts', import.meta.url));",
    ];
    expect(compiled(lines.join('\n'), 'x.ts').trim().replaceAll('"', "'").split('\n')).toEqual([
      "import { b } from '../b.js';",
      "const c = await import('./c.js');",
      "b(c, new URL('./d.js', import.meta.url));",
    ]);
  });
});
