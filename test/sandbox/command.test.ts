import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { commands } from '../../cli/commands.ts';
import { sandboxEntry } from '../../sandbox/command-entry.ts';
import { product, root } from '../architecture/source-files.ts';
import { FakeTerminal, mendflow } from '../cli/support/command-line.ts';

const inCheckout = (args: string) => mendflow(args, new FakeTerminal(), [...commands, sandboxEntry]);

function launched(launcher: string, ...args: string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('mendflow sandbox', () => {
  it('says what it does, with its options, its subcommands and examples', async () => {
    const { code, out } = await inCheckout('sandbox --help');
    expect(code).toBe(0);
    expect(out).toMatch(/Usage: mendflow sandbox[\s\S]*--webhook-url[\s\S]*break[\s\S]*env[\s\S]*Examples:\n {2}# /);
  });

  it('is listed beside serve, and completed by the shell', async () => {
    expect((await inCheckout('--help')).out).toMatch(/Run:\n {2}serve .*\n(?: +.*\n)* {2}sandbox /);
    expect((await inCheckout('completion bash')).out).toMatch(/sandbox\) flags="--name/);
  });

  it('exits 2 for an unknown part', async () => {
    expect(await inCheckout('sandbox --parts nonsense')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no part nonsense'),
    });
  });
});

describe('the launcher', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mendflow-without-sandbox-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has mendflow sandbox in a checkout', () => {
    const { status, stdout } = launched(join(root, 'cli', 'mendflow.mjs'), '--help');
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/serve[\s\S]*sandbox/) });
  });

  it('has the product’s commands only where the product stands alone, as in the image', () => {
    for (const part of [...product, 'package.json']) cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const launcher = join(folder, 'cli', 'mendflow.mjs');
    expect(launched(launcher, '--help').stdout).not.toMatch(/^ {2}sandbox/m);
    expect(launched(launcher, 'sandbox')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown command 'sandbox'"),
    });
  });
});
