import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { commands } from '../../cli/commands.ts';
import { mendflow } from './support/command-line.ts';

const names = commands.map(({ name }) => name);

/** What bash offers for a line of which the last word is being typed. */
function offered(script: string, ...words: string[]): string[] {
  const typed = `COMP_WORDS=(mendflow ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}`;
  const program = `${script}\n${typed}; _mendflow; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('mendflow completion', () => {
  it('lets bash complete commands', async () => {
    const { code, out } = await mendflow('completion bash');
    expect(code).toBe(0);
    expect(offered(out, '')).toEqual(names);
    expect(offered(out, 'res')).toEqual(['resume', 'reset']);
  });

  it('lets bash complete the options of a command, and leaves everything else to files', async () => {
    const { out } = await mendflow('completion bash');
    expect(offered(out, 'pause', '--w')).toEqual(['--why']);
    expect(offered(out, 'lint', '--s')).toEqual(['--strict']);
    expect(offered(out, 'lint', 'polic')).toEqual([]);
  });

  it('serves zsh through its bash completion', async () => {
    expect((await mendflow('completion zsh')).out).toMatch(/^autoload -U \+X bashcompinit/);
  });

  it('gives fish a line for each command and each option', async () => {
    const { out } = await mendflow('completion fish');
    for (const name of names) expect(out).toContain(`-a ${name} -d `);
    expect(out).toContain("complete -c mendflow -n '__fish_seen_subcommand_from pause' -l why");
  });

  it('exits 2 for another shell', async () => {
    expect(await mendflow('completion tcsh')).toMatchObject({ code: 2, out: '' });
  });
});
