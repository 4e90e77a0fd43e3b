import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { openPolicyFolder, type PolicySource, readPolicyFolder } from '../../config/policy-folder.ts';
import { eventually } from '../../sandbox/process.ts';
import { aPolicyDocument } from '../support/builders.ts';

const vocabulary = { actions, receivers: [] };
let folder: string;
let source: PolicySource | undefined;
const refused: string[] = [];
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
const open = () => {
  source = openPolicyFolder(folder, vocabulary, { loaded: () => {}, refused: (faults) => refused.push(...faults) });
  return source;
};
const names = () => source?.current().map(({ metadata }) => metadata.name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'));
  refused.length = 0;
  write('one.yaml', stringify(aPolicyDocument({}, 'one')));
});
afterEach(() => {
  source?.close();
  source = undefined;
  rmSync(folder, { recursive: true });
});

describe('a folder of policies', () => {
  it('is loaded whole and followed', async () => {
    open();
    write('two.yml', stringify(aPolicyDocument({}, 'two')));
    expect(await eventually(async () => names()?.join() === 'one,two', 5_000)).toBe(true);
  });

  it('keeps the last good set when an edit is bad, and says what is wrong', async () => {
    open();
    write('one.yaml', 'kind: Nonsense');
    expect(await eventually(async () => refused.length > 0, 5_000)).toBe(true);
    expect(refused.join('\n')).toContain('one.yaml:1 kind');
    expect(names()).toEqual(['one']);
  });

  it('keeps the last good set when the folder vanishes', () => {
    const opened = open();
    rmSync(folder, { recursive: true });
    opened.reload();
    expect(refused.join('\n')).toContain('cannot be read');
    expect(names()).toEqual(['one']);
    folder = mkdtempSync(join(tmpdir(), 'policies-'));
  });

  it('does not open with a fault in it: nothing is half in force', () => {
    write('two.yaml', 'kind: Nonsense');
    expect(open).toThrow(/two\.yaml:1/);
  });

  it('refuses a name that two files use', () => {
    write('again.yaml', stringify(aPolicyDocument({}, 'one')));
    expect(readPolicyFolder(folder, vocabulary).faults).toEqual([
      expect.stringContaining('the name one is taken by again.yaml'),
    ]);
  });

  it('names the variable when it does not exist', () => {
    expect(() => readPolicyFolder(join(folder, 'missing'), vocabulary)).toThrow(/MENDFLOW_POLICIES/);
  });
});

describe('the ready-made policies', () => {
  it('are valid, and only observe until told otherwise', () => {
    const { policies, faults } = readPolicyFolder('policies', vocabulary);
    expect(faults).toEqual([]);
    const files = readdirSync('policies').filter((file) => /^[^.]+\.yaml$/.test(file));
    expect(policies.map(({ metadata }) => `${metadata.name}.yaml`)).toEqual(files.sort());
    expect(new Set(policies.map(({ spec }) => spec.mode))).toEqual(new Set(['Observe']));
  });
});
