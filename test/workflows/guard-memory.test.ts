import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guardDecide, guardIncident, guardSignals } from '../../domain/run/contract.ts';
import { aGuardState, anAct, now } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const pause = (id: string) => ({ id, who: 'ada', why: 'migration', sinceMs: 0 });
const restart = async (memory: Runbook['memory']) => {
  await runbook.guard.terminate('somebody did');
  runbook.memory = memory;
  await runbook.startGuard();
};

describe('a guard that is started after another one was ended', () => {
  it('goes on with what that one knew, and with what it hears while it looks', async () => {
    const state = aGuardState({ pauses: [pause('a')], acts: [anAct()] });
    await restart({ kind: 'found', runId: 'before', state, heard: [{ type: 'paused', pause: pause('b') }] });
    await runbook.guard.signal('pause', pause('c'));
    await runbook.untilGuard(({ pauses }) => pauses.length === 3);
    expect((await runbook.guardState()).acts).toEqual(state.acts);
  });

  it('starts paused and tells people once where nothing can be read', async () => {
    await restart(Object.assign(new Error('it cannot be replayed'), { isFinal: true }));
    await runbook.sleep(150_000);
    await runbook.untilGuard(({ pauses, notices }) => pauses.length === 1 && notices.length === 0);
    expect((await runbook.guardState()).pauses[0]?.why).toContain('its memory cannot be read');
    expect(runbook.receivers.messages).toEqual(['fallback:escalation']);
  });
});

describe('a message of any shape', () => {
  it('never stops the guard: it answers afterwards', async () => {
    const names = Object.values(guardSignals).filter((name) => name !== guardSignals.pause);
    const values = fc.sample(fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue(), { maxLength: 50 })), {
      numRuns: 20,
      seed: 7,
    });
    for (const name of [...names, 'unheardOf']) {
      await runbook.guard.signal(name);
      for (const value of [null, ...values.slice(0, 8)]) await runbook.guard.signal(name, value);
    }
    for (const name of [guardDecide, guardIncident]) {
      for (const value of [undefined, null, 7, [null], [{}], ...values.slice(0, 5)]) {
        if (name === guardDecide && Array.isArray(value) && value.length === 0) continue;
        await expect(runbook.guard.executeUpdate(name, { args: [value] })).rejects.toMatchObject({
          cause: { type: 'INVALID_REQUEST' },
        });
      }
    }
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'remediated' });
  });

  it('that pauses pauses, whatever is in it', async () => {
    await runbook.guard.signal('pause');
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'denied', reason: 'paused' });
  });
});

describe('a message that cannot be delivered', () => {
  const unknown = { cluster: 'prod-x', sender: 'am', alerts: 3, atMs: now };

  it('is kept, blocks nothing, and is sent when somebody can be reached', async () => {
    runbook.receivers.isAway = true;
    await runbook.guard.signal('unknownCluster', unknown);
    await runbook.untilGuard(({ notices }) => notices.length === 1);
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'remediated' });
    runbook.receivers.isAway = false;
    await runbook.sleep(3_600_000);
    await runbook.untilGuard(({ notices }) => notices.length === 0);
    expect(runbook.receivers.messages).toContain('fallback:escalation');
  });

  it('is one for an unknown cluster, however often it is named', async () => {
    for (let i = 0; i < 5; i += 1) await runbook.guard.signal('unknownCluster', unknown);
    await runbook.untilGuard(
      ({ unknownClusters, notices }) => unknownClusters[0]?.alerts === 15 && notices.length === 0,
    );
    expect(runbook.receivers.messages).toEqual(['fallback:escalation']);
  });

  it('is one for all unknown clusters of a sender, and an update an hour later', async () => {
    for (let i = 0; i < 30; i += 1)
      await runbook.guard.signal('unknownCluster', { ...unknown, cluster: `made-up-${i}` });
    await runbook.untilGuard(
      ({ unknownClusters, notices }) => unknownClusters.some(({ cluster }) => cluster === '*') && notices.length === 0,
    );
    expect(runbook.receivers.messages).toEqual(['fallback:escalation']);
    await runbook.sleep(3_600_000);
    await runbook.guard.signal('unknownCluster', { ...unknown, cluster: 'made-up-1' });
    await runbook.untilGuard(
      ({ unknownClusters, notices }) => notices.length === 0 && unknownClusters.every(({ toldMs }) => toldMs > 0),
    );
    expect(runbook.receivers.messages).toEqual(['fallback:escalation', 'fallback:update']);
  });
});

describe('who lifted a pause', () => {
  it('stays in the guard’s memory with the reason', async () => {
    await runbook.guard.signal('pause', pause('a'));
    await runbook.order('resume', { id: 'a', who: 'bob', why: 'the migration is over' });
    await runbook.untilGuard(({ resumes }) => resumes.length > 0);
    expect((await runbook.guardState()).resumes).toMatchObject([{ id: 'a', who: 'bob', why: 'the migration is over' }]);
  });
});

describe('a pause with an end', () => {
  it('ends by itself, and not before, and what it refused is looked at again', async () => {
    await runbook.sleep(180_000);
    const untilMs = (await runbook.nowMs()) + 600_000;
    await runbook.guard.signal('pause', { ...pause('timed'), untilMs });
    expect(await (await runbook.start()).report()).toMatchObject({
      outcome: 'denied',
      reason: 'paused',
    });
    const before = runbook.runs.sweeps.length;
    await runbook.sleep(540_000);
    expect((await runbook.guardState()).pauses).toHaveLength(1);
    await runbook.sleep(240_000);
    await runbook.untilGuard(({ refused }) => refused === undefined);
    expect(await runbook.guardState()).toMatchObject({
      pauses: [],
      resumes: expect.arrayContaining([expect.objectContaining({ id: 'timed', why: 'its time is over' })]),
    });
    expect(runbook.runs.sweeps.length).toBeGreaterThan(before);
  });
});

describe('a pause whose end has passed before the guard heard of it', () => {
  it('ends at once, and what it refused is looked at again', async () => {
    await runbook.sleep(180_000);
    const before = runbook.runs.sweeps.length;
    await runbook.guard.signal('pause', { ...pause('late'), untilMs: (await runbook.nowMs()) - 60_000 });
    await runbook.untilGuard(({ resumes }) => resumes.some(({ id }) => id === 'late'));
    await runbook.sleep(180_000);
    await runbook.untilGuard(({ pauses, refused }) => pauses.length === 0 && refused === undefined);
    expect(runbook.runs.sweeps.length).toBeGreaterThan(before);
  });
});

describe('what a pause refused', () => {
  it('is swept when the pause is lifted, and not before', async () => {
    // The pause of the test before is swept twice within so long.
    await runbook.sleep(180_000);
    await runbook.guard.signal('pause', pause('a'));
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'denied', reason: 'paused' });
    const before = runbook.runs.sweeps.length;
    await runbook.sleep(60_000);
    expect(runbook.runs.sweeps).toHaveLength(before);
    await runbook.order('resume', { id: 'a', who: 'ada', why: 'over' });
    await runbook.untilGuard(({ pauses }) => pauses.length === 0);
    await runbook.sleep(180_000);
    await runbook.untilGuard(({ refused }) => refused === undefined);
    const { clusterName: cluster } = runbook;
    expect(runbook.runs.sweeps.slice(before)).toEqual(expect.arrayContaining([expect.objectContaining({ cluster })]));
  });
});
