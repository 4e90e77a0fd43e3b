import { describe, expect, it } from '@jest/globals';
import { commands } from '../../cli/commands.ts';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { errors } from '../../domain/run/errors.ts';
import { FakeTerminal, mendflow } from './support/command-line.ts';

describe('the command line', () => {
  it.each(commands.map(({ name }) => name))('%s says what it does, with its options and examples', async (name) => {
    const { code, out } = await mendflow(`${name} --help`);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Usage: mendflow ${name}`));
    expect(out).toMatch(/Options:[\s\S]*Examples:\n {2}# /);
  });

  it('lists every command in its group', async () => {
    const out = (await mendflow('--help')).out.replace(/\s+/g, ' ');
    for (const { name, group, summary } of commands) {
      expect(out).toContain(`${group}: `);
      expect(out).toContain(` ${name} ${summary} `);
    }
  });

  it('has the options of its examples', async () => {
    const known = new Map<string, string>();
    for (const { name } of commands) known.set(name, (await mendflow(`${name} --help`)).out);
    for (const { name, examples } of commands) {
      for (const [line] of examples) {
        const flags = [...line.matchAll(/ (-{1,2}[a-z][a-z-]*)/g)].map(([, flag = '']) => flag);
        for (const flag of flags) expect(known.get(name)).toContain(flag);
      }
    }
  });

  it('says help for a command by its name', async () => {
    expect((await mendflow('help lint')).out).toBe((await mendflow('lint --help')).out);
  });

  it('exits 2 for a wrong usage and suggests what was meant', async () => {
    expect(await mendflow('lits')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Did you mean') });
    expect(await mendflow('list extra')).toMatchObject({ code: 2, err: expect.stringContaining('too many arguments') });
  });

  it('exits 2 for an invalid address, and names where it came from', async () => {
    expect(await mendflow('list --server nonsense')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--server: must be'),
    });
    const terminal = Object.assign(new FakeTerminal(), { env: { MENDFLOW_SERVER: 'ftp://x' } });
    expect(await mendflow('list', terminal)).toMatchObject({
      code: 2,
      err: expect.stringContaining('MENDFLOW_SERVER: must be'),
    });
  });

  it('reads the token from the file that MENDFLOW_TOKEN_FILE names, and says when it cannot', async () => {
    const terminal = Object.assign(new FakeTerminal(), { env: { MENDFLOW_TOKEN_FILE: '/nowhere/token' } });
    expect(await mendflow('list', terminal)).toMatchObject({
      code: 2,
      err: expect.stringContaining('/nowhere/token cannot be read (ENOENT)'),
    });
  });
});

describe('exit codes', () => {
  it('of every error are 1, 2, 3 or 4', () => {
    const codes = Object.keys(errors).map((code) => exitCodeOf(code as keyof typeof errors));
    expect(codes.filter((code) => ![1, 2, 3, 4].includes(code))).toEqual([]);
  });
});
