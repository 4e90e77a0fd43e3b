import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mendflow } from './support/command-line.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-tests-'));
  cpSync(join(root, 'policies'), folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Workflows run in a plain process only: there its loader puts our Temporal in the place of the real one. */
function run(args: readonly string[], program = 'main.ts') {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli', program), 'test', ...args], {
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const edit = (name: string, from: string, to: string) => {
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  return () => writeFileSync(path, text);
};

describe('mendflow test', () => {
  it('plays every test of a folder, prints each and how long it took, and exits 0', () => {
    const { status, stdout, stderr } = run([folder]);
    expect(status).toBe(0);
    expect(stdout).toContain(`${join(folder, 'crash-loop.test.yaml')}\n  ok    a pod in a bad state is evicted once`);
    expect(stdout).toMatch(/ok {4}silence means no \(1h in \d+(\.\d+)?m?s\)/);
    expect(stderr).toMatch(/\d+ files, \d+ tests: all passed; \S+ of virtual time in /);
  });

  it('does the same through its launcher', () => {
    const { status, stderr } = run([join(folder, 'crash-loop.test.yaml'), '--only', 'only says'], 'mendflow.mjs');
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('1 file, 1 test: all passed') });
  });

  it('shows what was expected, what came and the story of the run for a test that fails, and exits 1', () => {
    const undo = edit('crash-loop.yaml', 'minReady: 1', 'minReady: 0');
    const { status, stdout, stderr } = run([folder]);
    undo();
    expect(status).toBe(1);
    expect(stdout).toContain('  FAIL  the only pod of a workload is not taken away');
    expect(stdout).toMatch(/crash-loop\.test\.yaml:\d+\n/);
    expect(stdout).toMatch(/runs\[0\]\.reason\n +expected {2}tooFewReady\n +actual {4}none\n/);
    expect(stdout).toMatch(/\+1m +Remediating +evicted pod shop\/checkout-/);
    expect(stderr).toMatch(/\d+ passed, 1 failed/);
  });

  it('prints a document with -o json', () => {
    const { status, stdout } = run([folder, '--only', 'silence', '-o', 'json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 1,
      failed: 0,
      tests: [
        {
          name: 'silence means no',
          hasPassed: true,
          virtualMs: 3_600_000,
          mismatches: [],
          runs: [{ reason: 'approvalExpired', timeline: expect.any(Array) }],
          acts: [{ atMs: 60_000, action: 'evictPod', workload: 'shop/Deployment/checkout', pod: 0 }],
          told: [
            { receiver: 'oncall', kind: 'approvalNeeded' },
            { receiver: 'oncall', kind: 'escalation' },
          ],
        },
      ],
    });
  });

  it('says which policies of a folder have no tests', () => {
    cpSync(join(folder, 'crash-loop.yaml'), join(folder, 'untested.yaml'));
    const { stderr } = run([folder, '--only', 'silence']);
    rmSync(join(folder, 'untested.yaml'));
    expect(stderr).toContain(`${join(folder, 'untested.yaml')} has no tests`);
  });

  it('exits 2 with every fault of every file, and plays nothing', async () => {
    const undo = edit('crash-loop.test.yaml', 'for: 1h', 'fr: 1h');
    const undoOther = edit('memory-leak.yaml', 'minReady: 1', 'minRaedy: 1');
    const { code, out, err } = await mendflow(`test ${folder}`);
    undo();
    undoOther();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/crash-loop\.test\.yaml:\d+ tests\[0\]\.fr: is not a setting; did you mean for\?/);
    expect(err).toMatch(/memory-leak\.yaml:\d+ spec\.guards\.minRaedy: is not a setting; did you mean minReady\?/);
  });

  it.each([
    ['no file of tests is there', () => join(folder, '..', 'nothing-here.test.yaml'), /cannot be read \(ENOENT\)/],
    ['a folder holds none', () => join(root, 'docs', 'adr'), /there is no \*\.test\.yaml in /],
    ['no test has the name', () => `${folder} --only zebra`, /no test has "zebra" in its name/],
  ])('exits 2 when %s', async (_, args, message) => {
    const { code, err } = await mendflow(`test ${args()}`);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) });
  });
});
