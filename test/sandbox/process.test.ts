import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, Supervisor } from '../../sandbox/process.ts';

let folder: string;
let lost: string[];
let supervisor: Supervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
  lost = [];
  supervisor = new Supervisor(join(folder, 'logs'), ({ name }, how) => lost.push(`${name} ${how}`));
});

afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sh = (name: string, script: string) => ({ name, command: '/bin/sh', args: ['-c', script] });
const forever = (name: string) => sh(name, 'while :; do sleep 1; done');

/** Whether the process runs; on Linux a dead one that nobody has buried yet does not. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self') || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const ends = (pid: number) => eventually(() => Promise.resolve(!runs(pid)), 8_000);

describe('a supervised process', () => {
  it('is ready when its check holds', async () => {
    const mark = join(folder, 'mark');
    const ready = () => Promise.resolve(existsSync(mark));
    await supervisor.start({ ...sh('server', `touch ${mark}; exec sleep 60`), ready });
    expect(supervisor.process('server').isRunning).toBe(true);
  });

  it('fails to start with the end of its log when it ends before it is ready', async () => {
    const start = supervisor.start({
      ...sh('server', 'echo port is taken; exit 3'),
      ready: () => Promise.resolve(false),
    });
    await expect(start).rejects.toThrow(/server ended with exit code 3; the end of .*server\.log:\nport is taken/);
  });

  it('fails to start when it is not ready in time', async () => {
    const start = supervisor.start({ ...forever('server'), ready: () => Promise.resolve(false), readyWithinMs: 100 });
    await expect(start).rejects.toThrow('server is not ready after 0.1 s');
  });

  it('fails to start when its command is not there', async () => {
    const start = supervisor.start({
      name: 'server',
      command: '/no/such/program',
      args: [],
      ready: () => Promise.reject(),
    });
    await expect(start).rejects.toThrow('server ended with exit code 127');
  });

  it('is reported when it ends by itself, and not when it was asked to', async () => {
    await supervisor.start(sh('short', 'exit 7'));
    await supervisor.process('short').exited;
    await supervisor.start(forever('long'));
    await supervisor.kill('long');
    expect(lost).toEqual(['short ended with exit code 7']);
  });

  it('is killed and started again with the same command', async () => {
    const first = await supervisor.start(forever('server'));
    await supervisor.kill('server', 'SIGKILL');
    expect(runs(first.pid)).toBe(false);
    const second = await supervisor.restart('server');
    expect(second.pid).not.toBe(first.pid);
    expect(runs(second.pid)).toBe(true);
  });

  it('gets the environment it was given', async () => {
    await supervisor.start({ ...sh('server', 'echo "value $GIVEN"'), env: { PATH: process.env.PATH, GIVEN: 'seven' } });
    await supervisor.process('server').exited;
    expect(readFileSync(supervisor.process('server').logFile, 'utf8')).toBe('value seven\n');
  });
});

describe('the supervisor', () => {
  it('ends the processes in reverse order, with what they started', async () => {
    const log = join(folder, 'order');
    const noting = (name: string) =>
      sh(name, `trap 'echo ${name} >> ${log}; exit 0' TERM; touch ${folder}/${name}; while :; do sleep 0.05; done`);
    for (const name of ['first', 'second']) {
      await supervisor.start({ ...noting(name), ready: () => Promise.resolve(existsSync(join(folder, name))) });
    }
    await supervisor.stop();
    expect(readFileSync(log, 'utf8')).toBe('second\nfirst\n');
  });

  it('names the processes it has when asked for another', () => {
    expect(() => supervisor.process('nobody')).toThrow('no process nobody');
  });

  it('leaves no process behind when its own process is killed', async () => {
    const pids = join(folder, 'pids');
    // The grandchild stands for what a server starts itself.
    const script = `
      import { Supervisor } from ${JSON.stringify(join(import.meta.dirname, '../../sandbox/process.ts'))};
      const supervisor = new Supervisor(${JSON.stringify(join(folder, 'orphans'))});
      await supervisor.start({ name: 'server', command: '/bin/sh',
        args: ['-c', 'sleep 300 & echo $! $$ > ${pids}; wait'] });
      await new Promise(() => undefined);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    const isUp = await eventually(() => Promise.resolve(existsSync(pids) && readFileSync(pids, 'utf8') !== ''), 8_000);
    expect(isUp).toBe(true);
    parent.kill('SIGKILL');
    for (const pid of readFileSync(pids, 'utf8').trim().split(' ').map(Number)) expect(await ends(pid)).toBe(true);
  }, 30_000);
});
