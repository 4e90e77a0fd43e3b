import { describe, expect, it } from '@jest/globals';
import { sweepActivities } from '../../activities/sweep.ts';
import type { GuardState } from '../../domain/guard/state.ts';
import { aGuardState, now } from '../support/builders.ts';
import { ScriptedRuns } from '../support/scripted-runs.ts';

const run = (name: string) => ({ workflowId: name, runId: `run-${name}` });
const wanted = { cluster: 'north', kind: 'closed' as const, sinceMs: 0, untilMs: now };

function opened(state: GuardState = aGuardState()) {
  const runs = new ScriptedRuns();
  const refused: unknown[] = [];
  const connection = { state: async () => state, refused: async (...said: unknown[]) => void refused.push(said) };
  return { runs, refused, sweep: sweepActivities({ runs, connection, perSecond: 3 }) };
}

describe('what the sweep does', () => {
  it('looks at nothing while a pause or a storm is on', async () => {
    const pauses = [{ id: 'p', who: 'ada', why: 'x', sinceMs: now }];
    const storm = { kind: 'open' as const, sinceMs: now, why: 'many', calmSinceMs: now };
    for (const state of [aGuardState({ pauses }), aGuardState({ storm })]) {
      const { sweep, runs } = opened(state);
      expect(await sweep.findRefused(wanted)).toEqual({ kind: 'stopped' });
      expect(runs.wanted).toEqual([]);
    }
  });

  it('finds pages of refused runs', async () => {
    const { sweep, runs } = opened();
    Object.assign(runs, { closed: [run('a'), run('b')], pageSize: 1 });
    expect(await sweep.findRefused(wanted)).toEqual({ kind: 'page', runs: [run('a')], next: '1' });
    expect(await sweep.findRefused({ ...wanted, after: '1' })).toEqual({ kind: 'page', runs: [run('b')] });
  });

  it('starts as many anew as it may, leaves out those with a newer run, and says what is left', async () => {
    const { sweep, runs } = opened();
    runs.superseded = ['a'];
    const given = ['a', 'b', 'c', 'd'].map(run);
    const { begun, left } = await sweep.lookAgainAt({ kind: 'closed', runs: given, atMost: 2 });
    expect(begun.map(({ workflowId }) => workflowId)).toEqual(['b', 'c']);
    expect(left).toEqual([run('d')]);
    const again = await sweep.lookAgainAt({ kind: 'closed', runs: given, atMost: 9 });
    expect(again).toMatchObject({ begun: [{ workflowId: 'd' }], left: [] });
    expect(runs.started).toEqual(['b', 'c', 'd']);
  });

  it('tells open escalations, and starts none of them', async () => {
    const { sweep, runs } = opened();
    await sweep.lookAgainAt({ kind: 'escalated', runs: [run('e')], atMost: 1 });
    expect([runs.told, runs.started]).toEqual([['e'], []]);
  });

  it('counts who verifies and who was refused again', async () => {
    const { sweep, runs } = opened();
    runs.standings = ['verifying', 'refused', 'open', 'ended'];
    expect(await sweep.standingOf({ runs: ['a', 'b', 'c', 'd'].map(run) })).toEqual({ verifying: 1, refused: 1 });
  });

  it('gives the guard back since when runs are to be looked at', async () => {
    const { sweep, refused } = opened();
    await sweep.handBackRefused({ cluster: 'north', sinceMs: 7 });
    expect(refused).toEqual([['north', { atMs: 7 }]]);
  });
});
