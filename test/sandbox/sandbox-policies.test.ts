import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { banner } from '../../sandbox/banner.ts';
import { layOutPolicies } from '../../sandbox/sandbox-policies.ts';
import { root } from '../architecture/source-files.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'data-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const modes = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map((file) => {
      const { metadata, spec } = parse(readFileSync(join(folder, file), 'utf8')) as {
        metadata: { name: string };
        spec: { mode: string };
      };
      return [metadata.name, spec.mode];
    }),
  );

describe('the policies of the sandbox', () => {
  it('are the ready-made ones; memory-leak acts, crash-loop asks, every other one observes', () => {
    const { 'memory-leak': leak, 'crash-loop': crash, ...others } = modes(layOutPolicies(data));
    expect({ leak, crash }).toEqual({ leak: 'Auto', crash: 'Approve' });
    expect(new Set(Object.values(others))).toEqual(new Set(['Observe']));
  });

  it('differ from the ready-made ones only in their mode and in where editors find the schema', () => {
    const folder = layOutPolicies(data);
    const lines = (path: string) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => !/^ {2}mode: |^# yaml-language-server: /.test(line));
    for (const file of readdirSync(folder)) {
      expect(lines(join(folder, file))).toEqual(lines(join(root, 'policies', file)));
    }
  });

  it('keep what somebody has changed, and are written anew otherwise', () => {
    const folder = layOutPolicies(data);
    const [own, other] = [join(folder, 'memory-leak.yaml'), join(folder, 'crash-loop.yaml')];
    const ready = readFileSync(other, 'utf8');
    appendFileSync(own, '# mine\n');
    writeFileSync(join(folder, 'extra.yaml'), '# mine');
    // As an older version of Mendflow left it.
    const record = join(data, 'policies.json');
    const older = '# an older text\n';
    writeFileSync(other, older);
    const { createHash } = process.getBuiltinModule('node:crypto');
    const known = JSON.parse(readFileSync(record, 'utf8')) as object;
    const hash = createHash('sha256').update(older).digest('hex');
    writeFileSync(record, JSON.stringify({ ...known, 'crash-loop.yaml': hash }));
    layOutPolicies(data);
    layOutPolicies(data);
    expect(readFileSync(own, 'utf8')).toMatch(/# mine\n$/);
    expect(readFileSync(other, 'utf8')).toBe(ready);
    expect(readdirSync(folder)).toContain('extra.yaml');
  });
});

describe('the banner of npm start', () => {
  it('says what to type next, as docs/quick-start.md does', () => {
    const shown = banner({
      sandbox: { temporal: { uiUrl: 'http://ui' }, kubernetes: { adminKubeconfig: '/k' } } as Parameters<
        typeof banner
      >[0]['sandbox'],
      product: { url: 'http://api' },
      policies: '/p',
      name: 'default',
    });
    const typed = shown.split('\n').flatMap((line) => /^ {2}(.*(?:node cli).*?) {2,}# /.exec(line)?.[1] ?? []);
    expect(typed).toHaveLength(8);
    const docs = readFileSync(join(root, 'docs', 'quick-start.md'), 'utf8');
    for (const line of typed) expect(docs).toContain(`\n${line.trim()}`);
  });
});
