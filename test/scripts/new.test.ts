import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkoutFiles, root } from '../architecture/source-files.ts';

let copy: string;

/** The files of the checkout as they are now, with the same dependencies. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'mendflow-copy-'));
  for (const file of checkoutFiles()) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(command: string) {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: copy, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** The fenced blocks of a page, in order: what stands behind the fence, and what is in it. */
function blocksOf(page: string): { info: string; text: string }[] {
  const found = readFileSync(join(root, page), 'utf8').matchAll(/^```(.*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, info = '', text = '']) => ({ info, text }));
}

describe('npm run new', () => {
  it.each([
    ['action', 'coolDown', 'activities/actions/cool-down.ts'],
    ['notifier', 'smoke-signal', 'activities/notifiers/smoke-signal.ts'],
    ['guard', 'moonPhase', 'domain/guard/rules/moon-phase.ts'],
    ['fault', 'fullMoon', 'domain/faults/full-moon.ts'],
  ])('%s %s writes the source, its test and its place in the list', (kind, name, path) => {
    const { status, output } = run(`npm run -s new ${kind} ${name}`);
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain(`wrote ${path}`);
    const list = path.replace(/[^/]+$/, 'index.ts');
    expect(readFileSync(join(copy, list), 'utf8')).toContain(path.replace(/^.*\//, './'));
    expect(run(`npm run -s new ${kind} ${name}`)).toMatchObject({
      status: 1,
      output: expect.stringContaining('is there already'),
    });
  });

  it.each([
    ['nothing', '', 'say what is to be begun'],
    ['an unknown kind', 'remedy drainCache', 'there is no kind remedy'],
    ['no name', 'action', 'say one name'],
    ['a name with a capital', 'action DrainCache', 'DrainCache is not a name'],
    ['a name that leads elsewhere', 'action ../drain', '../drain is not a name'],
    ['a word of the language', 'guard delete', 'delete is not a name'],
    ['the list itself', 'action index', 'index is not a name'],
  ])('refuses %s with exit code 2', (_, args, words) => {
    expect(run(`npm run -s new ${args}`)).toMatchObject({ status: 2, output: expect.stringContaining(words) });
  });
});

describe('docs/adding-an-action.md', () => {
  it('leads, followed word by word, to an action whose types fit and whose test passes', () => {
    for (const { info, text } of blocksOf('docs/adding-an-action.md')) {
      const path = /^\/\/ (\S+)\n/.exec(text)?.[1];
      if (info === 'ts' && path !== undefined) writeFileSync(join(copy, path), text);
      // The contract suite has a layer of its own.
      if (info !== 'sh') continue;
      for (const command of text.trim().split('\n')) {
        const { status, output } = run(command);
        expect({ command, status, output: status === 0 ? '' : output }).toEqual({ command, status: 0, output: '' });
      }
    }
    expect(readFileSync(join(copy, 'docs/reference/actions.md'), 'utf8')).toContain('drainCache');
    // Without the right to ask whether the pods could come back, the port refuses to change their template.
    const { rules } = parse(readFileSync(join(copy, 'deploy/rbac/drain-cache.yaml'), 'utf8')) as { rules: unknown[] };
    expect(rules).toContainEqual({ apiGroups: [''], resources: ['pods'], verbs: ['create'] });
  }, 300_000);

  it('leaves, beside everything else that was begun, a checkout that is formatted right and whose new tests pass', () => {
    const biome =
      'node_modules/.bin/biome check --vcs-enabled=false activities domain test/activities test/contract test/domain';
    expect(run(biome)).toMatchObject({ status: 0 });
    const tested = run("npm test -- unit --testPathPatterns 'cool-down|smoke-signal|moon-phase|full-moon'");
    expect(tested).toMatchObject({ status: 0, output: expect.stringMatching(/Tests: +6 passed/) });
  }, 300_000);
});
