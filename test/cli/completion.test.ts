import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commands } from '../../cli/commands.ts';
import { emptyGuardState } from '../../domain/guard/state.ts';
import { FakeGuard, nowMs } from '../support/api.ts';
import { anAct } from '../support/builders.ts';
import { type ListeningApi, listeningApi, mendflow } from './support/command-line.ts';
import { aSummary, FakeRuns } from './support/runs.ts';

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

  it('lets bash complete the names that the server knows, by asking the command that is typed', async () => {
    const { out } = await mendflow('completion bash');
    const answering = `mendflow() { [ "$*" = "completion values runs" ] && printf 'shop/Deployment/checkout\\nshop/StatefulSet/db\\n'; }`;
    expect(offered(`${answering}\n${out}`, 'describe', 'shop/S')).toEqual(['shop/StatefulSet/db']);
    expect(offered(`${answering}\n${out}`, 'describe', 'shop/StatefulSet/db', '')).toEqual([]);
    expect(offered('mendflow() { return 1; }\n'.concat(out), 'describe', '')).toEqual([]);
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

describe('the names that are offered', () => {
  let runs: FakeRuns;
  let guard: FakeGuard;
  let api: ListeningApi;
  beforeEach(async () => {
    runs = new FakeRuns();
    guard = new FakeGuard();
    api = await listeningApi({ runs, guard });
  });
  afterEach(() => api.close());

  const values = async (kind: string) => (await api.run(`completion values ${kind}`)).out.split('\n');

  it('are the workloads of runs, each once; answers are offered only those that still run', async () => {
    runs.summaries = [
      aSummary(),
      aSummary({ id: 'remediation/default/A/2', workload: 'StatefulSet/db', closedAt: '2026-03-01T09:59:00Z' }),
      aSummary({ id: 'remediation/default/A/3' }),
    ];
    expect(await values('runs')).toEqual(['shop/Deployment/checkout', 'shop/StatefulSet/db']);
    expect(await values('openRuns')).toEqual(['shop/Deployment/checkout']);
    expect(await values('policies')).toEqual(['crash-loop']);
  });

  it('are the workloads and the pauses of the guard', async () => {
    guard.state = {
      ...emptyGuardState(),
      pauses: [{ id: 'p1', who: 'ada', why: 'game day', sinceMs: nowMs }],
      acts: [anAct({ atMs: nowMs - 60_000 })],
    };
    expect(await values('workloads')).toEqual(['shop/Deployment/checkout']);
    expect(await values('pauses')).toEqual(['p1']);
  });

  it('are none that a shell would run', async () => {
    runs.summaries = [aSummary({ policy: '$(touch /tmp/x)' }), aSummary({ policy: '`id`' }), aSummary({ policy: 'p' })];
    expect(await values('policies')).toEqual(['p']);
  });

  it('are none, without a word, where nobody answers', async () => {
    expect(await api.run('completion values runs', { env: { MENDFLOW_SERVER: 'http://127.0.0.1:9' } })).toEqual({
      ...{ code: 0, out: '', err: '' },
    });
  });
});
