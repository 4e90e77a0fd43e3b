import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyGuardState } from '../../domain/guard/state.ts';
import { FakeGuard, nowMs } from '../support/api.ts';
import { aLease, anAct } from '../support/builders.ts';
import { type ListeningApi, listeningApi } from './support/command-line.ts';

let guard: FakeGuard;
let api: ListeningApi;
const workload = 'shop/Deployment/checkout';

beforeEach(async () => {
  guard = new FakeGuard();
  api = await listeningApi({ guard });
});
afterEach(() => api.close());

describe('mendflow guard', () => {
  it('of a quiet cluster says that nothing is in the way, and what the budget bears', async () => {
    expect((await api.run('guard')).out.split('\n')).toEqual([
      'Cluster:  default',
      'Paused:   no',
      'Storm:    none (0 workloads alert)',
      '',
      'Budgets:',
      '  SCOPE     LIMIT                   USED   REMAINING',
      '  cluster   5 at once, 10 per 10m   0      5',
    ]);
  });

  it('shows pauses, storm, permits, workloads and incidents, each with its times', async () => {
    guard.state = {
      ...emptyGuardState(),
      pauses: [{ id: 'p1', who: 'ada', why: 'game day', sinceMs: nowMs - 60_000 }],
      storm: { kind: 'open', sinceMs: nowMs - 120_000, why: '30 workloads alert within 5 min' },
      leases: [aLease({ workload, expiresAtMs: nowMs + 300_000 })],
      acts: [anAct({ atMs: nowMs - 240_000, result: 'unhealthy', failure: 'OOMKilled' })],
      incidents: [{ key: `flapping/${workload}`, speaker: 'remediation/x', sinceMs: nowMs, lastMs: nowMs }],
      resets: [{ workload, who: 'bo', why: 'fixed', atMs: nowMs }],
    };
    const { out } = await api.run('guard');
    expect(out).toMatch(/Paused: +yes, by 1 pause\n/);
    expect(out).toMatch(/Storm: +open for 2m: 30 workloads alert within 5 min; nothing is permitted\n/);
    expect(out).toMatch(/Pauses:\n.*\n {2}p1 +ada +2026-03-01T09:59:00Z \(1m ago\) +somebody lifts it +game day\n/);
    expect(out).toMatch(
      /Permits in use:\n.*\n {2}shop\/Deployment\/checkout +evictPod +2026-03-01T10:05:00Z \(in 5m\)/,
    );
    expect(out).toMatch(
      /Workloads:\n.*\n {2}shop\/Deployment\/checkout +1 +4m ago +1 × the policy’s +0 +in hand +OOMKilled/,
    );
    expect(out).toMatch(/Incidents:\n.*\n {2}flapping\/shop\/Deployment\/checkout/);
    expect(out).toContain('Lift a pause with: mendflow resume p1');
    expect(out).not.toContain('Resets:');
    expect((await api.run('guard -o wide')).out).toMatch(/Resets:\n.*\n.* bo .* fixed\n\nActs:/);
  });

  it('never says that it is not paused when nobody knows', async () => {
    guard.state = undefined;
    expect((await api.run('guard')).out.split('\n')).toEqual([
      'Cluster:  default',
      'Paused:   unknown',
      'Note:     The guard does not answer',
    ]);
  });

  it('gives the document of the api with -o json', async () => {
    expect(JSON.parse((await api.run('guard -o json')).out)).toMatchObject({ cluster: 'default', isPaused: false });
  });
});

describe('pausing and resuming', () => {
  it('gives each pause an id, and lifts one by the beginning of it', async () => {
    const id = (await api.run("pause --why 'one' -o name")).out;
    const { out, err } = await api.run("pause --why 'two'");
    expect(out).toMatch(/^default is paused: two \(pause [0-9a-f-]{36}\)$/);
    expect(err).toContain('1 more pause stands; all must be lifted or end.');
    const resumed = await api.run(`resume ${id.slice(0, 8)}`);
    expect(resumed.out).toMatch(/^default is still paused:\n {2}\S+ {2}ada: two$/);
    expect((await api.run('resume --all')).out).toBe('default is no longer paused');
  });

  it('pauses for a time, and says when the pause ends', async () => {
    const { out, err } = await api.run("pause --why 'migration' --for 2h");
    expect(out).toMatch(/^default is paused for 2h: migration \(pause [0-9a-f-]{36}\)$/);
    expect(err).toMatch(/^Lift it sooner with: mendflow resume [0-9a-f-]{36}$/);
    expect((await api.run('guard')).out).toMatch(
      /ada +2026-03-01T10:00:00Z \(\S.*\) +2026-03-01T12:00:00Z \(in 2h\) +migration/,
    );
    await api.run('resume --all');
  });

  it('refuses a time that is none, and pauses nothing', async () => {
    expect(await api.run("pause --why 'migration' --for soon")).toMatchObject({ code: 2, out: '' });
    expect(guard.state?.pauses).toEqual([]);
  });

  it('says that nothing was paused where nothing was', async () => {
    expect(await api.run('resume --all')).toMatchObject({ code: 0, out: 'Nothing was paused.' });
  });

  it('wants to know why', async () => {
    expect(await api.run('pause')).toMatchObject({
      code: 2,
      err: expect.stringContaining("required option '--why <text>'"),
    });
  });

  it.each(['resume', 'resume p1 --all'])('refuses %s: one pause or all', async (args) => {
    expect(await api.run(args)).toMatchObject({
      code: 2,
      err: expect.stringContaining('name the pause to lift, or pass --all'),
    });
    expect(guard.resumed).toEqual([]);
  });

  it('lifts nothing when the beginning fits several', async () => {
    for (const id of ['aa1', 'aa2']) await guard.pause({ id, who: 'ada', why: id, sinceMs: nowMs });
    expect(await api.run('resume aa')).toMatchObject({ code: 2, err: expect.stringContaining('aa1, aa2') });
    expect(guard.resumed).toEqual([]);
  });

  it('still works by id while no worker says what the guard knows', async () => {
    guard.state = undefined;
    expect((await api.run('resume p1')).code).toBe(0);
    expect(guard.resumed).toEqual(['p1']);
  });
});

describe('resuming what is no pause', () => {
  it('says in one line where the pauses are listed, and exits 1', async () => {
    const { code, err } = await api.run('resume zzz');
    expect({ code, first: err.split('\n')[0] }).toEqual({
      code: 1,
      first: 'error: There is no pause zzz; mendflow guard lists the pauses. (NOT_FOUND)',
    });
  });
});

describe('resetting', () => {
  it('of nothing says so, names the workload that was meant, and exits 1', async () => {
    guard.state = { ...emptyGuardState(), acts: [anAct({ atMs: nowMs - 240_000 })] };
    expect(await api.run("reset shop/Deployment/chekout --why 'fixed'")).toMatchObject({
      ...{ code: 1, out: '' },
      err: expect.stringMatching(
        /^error: The guard remembers nothing of shop\/Deployment\/chekout, so there is nothing to forget\. Did you mean shop\/Deployment\/checkout\? \(NOT_FOUND\)$/m,
      ),
    });
    expect(guard.resets).toEqual([]);
  });

  it('carries the workload, who and why', async () => {
    guard.state = { ...emptyGuardState(), acts: [anAct({ atMs: nowMs - 240_000 })] };
    const { code, out } = await api.run(`reset ${workload} --why 'fixed the image'`);
    expect(code).toBe(0);
    expect(out).toContain(`${workload}: cooldown, attempts and failures are forgotten`);
    expect(guard.resets).toEqual([{ workload, who: 'ada', why: 'fixed the image' }]);
  });

  it('exits 2 for what is no workload, and says how one is written', async () => {
    expect(await api.run('reset checkout --why x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('shop/Deployment/checkout'),
    });
  });
});
