import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { root } from './source-files.ts';

const folder = join(root, '.github', 'workflows');
const workflows = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

describe('continuous integration', () => {
  it('pins every action by commit and names its version', () => {
    const uses = workflows.flatMap((text) => [...text.matchAll(/uses: (.*)$/gm)].map(([, what = '']) => what));
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((what) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(what))).toEqual([]);
  });

  it('grants its jobs no more than reading', () => {
    for (const text of workflows) expect(parse(text)).toMatchObject({ permissions: { contents: 'read' } });
  });

  it('runs nothing but what everybody can run: .ci/run and npm scripts', () => {
    const runs = workflows.flatMap((text) => [...text.matchAll(/- run: (.*)$/gm)].map(([, what = '']) => what));
    const known = ['.ci/run', ...Object.keys(manifest.scripts).map((name) => `npm run ${name}`)];
    expect(runs.filter((what) => !known.includes(what))).toEqual([]);
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
