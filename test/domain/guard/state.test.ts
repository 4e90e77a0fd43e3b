import { describe, expect, it } from '@jest/globals';
import { actTimes, remembered } from '../../../domain/guard/act-history.ts';
import { actsOn, applyEffects, emptyGuardState, type GuardEffect, placeOf } from '../../../domain/guard/state.ts';
import { aGuardState, aLease, anAct, aTarget, minutes, now, surroundings } from '../../support/builders.ts';

const key = 'shop/Deployment/checkout';
const apply = (state: object, ...effects: GuardEffect[]) => applyEffects(aGuardState(state), effects);
const hours = (count: number) => minutes(60 * count);

describe('a guard’s memory', () => {
  it('begins empty', () => {
    expect(emptyGuardState()).toEqual({
      version: 1,
      pauses: [],
      leases: [],
      acts: [],
      history: {},
      alerting: [],
      heard: [],
      incidents: [],
      conversations: [],
      changes: [],
      resets: [],
      resumes: [],
      notices: [],
      matched: [],
      nodes: 0,
      truncations: [],
      unknownClusters: [],
      answers: [],
    });
  });

  it('is plain JSON, and folded effects do not change the state before', () => {
    const before = Object.freeze(aGuardState());
    const after = applyEffects(before, [
      { type: 'leaseOpened', lease: aLease() },
      { type: 'truncated', sender: 'am', atMs: now },
      { type: 'pruned', nowMs: now },
    ]);
    expect(JSON.parse(JSON.stringify(after))).toEqual(after);
    expect(after).toMatchObject({
      truncations: [{ sender: 'am', sinceMs: now, lastMs: now }],
      leases: [{ requestId: 'other-run.0' }],
    });
    expect(before).toEqual(emptyGuardState());
  });

  it('knows of a target’s place what can be known', () => {
    const { node: _, zone: __, ...nowhere } = surroundings();
    expect(placeOf(aTarget(), nowhere)).toStrictEqual({ workload: key, namespace: 'shop' });
    expect(placeOf(aTarget(), surroundings({ owner: 'shop-app' }))).toEqual({
      workload: key,
      namespace: 'shop',
      owner: 'shop-app',
      node: 'node-1',
      zone: 'zone-a',
    });
  });
});

describe('a lease', () => {
  const place = { workload: key, namespace: 'shop', owner: 'shop-app', node: 'node-1', zone: 'zone-a' };
  const lease = aLease({ ...place, requestId: 'r1', runId: 'run-1', failure: 'boom' });

  it('becomes an act with its place, its run and its failure', () => {
    const after = apply({ leases: [lease] }, { type: 'leaseClosed', requestId: 'r1', result: 'unhealthy', atMs: now });
    expect(after.leases).toEqual([]);
    expect(after.acts).toEqual([
      { ...place, runId: 'run-1', atMs: now, failure: 'boom', action: 'evictPod', result: 'unhealthy' },
    ]);
  });

  it('leaves out of the act what was not known', () => {
    const after = apply(
      { leases: [aLease()] },
      { type: 'leaseClosed', requestId: 'other-run.0', result: 'lost', atMs: now },
    );
    expect(Object.keys(after.acts[0] ?? {}).sort()).toEqual(
      'action atMs failure namespace result runId workload'.split(' '),
    );
  });

  it('goes without a trace when it is returned', () => {
    const other = aLease({ requestId: 'r2' });
    for (const leases of [
      [lease, other],
      [other, lease],
    ]) {
      const after = apply({ leases }, { type: 'leaseClosed', requestId: 'r1', atMs: now });
      expect(after).toEqual(aGuardState({ leases: [other] }));
    }
  });

  it('cannot be closed twice', () => {
    const closed: GuardEffect = { type: 'leaseClosed', requestId: 'r1', result: 'healthy', atMs: now };
    expect(apply({ leases: [lease] }, closed, closed).acts).toHaveLength(1);
    expect(apply({}, closed)).toEqual(emptyGuardState());
  });

  it('puts its act in the order of time, even when it is told late', () => {
    const closed: GuardEffect = { type: 'leaseClosed', requestId: 'r1', result: 'healthy', atMs: now - minutes(9) };
    const after = apply({ leases: [lease], acts: [anAct({ atMs: now - minutes(5) })] }, closed);
    expect(after.acts.map(({ atMs }) => atMs)).toEqual([now - minutes(9), now - minutes(5)]);
  });

  it('tells that its workload is healthy when it healed it, and only then', () => {
    const close = (result: 'healthy' | 'unhealthy' | 'lost') =>
      apply({ leases: [lease] }, { type: 'leaseClosed', requestId: 'r1', result, atMs: now }).changes;
    expect(close('healthy')).toEqual([{ workload: key, atMs: now, to: 'healthy' }]);
    expect([...close('unhealthy'), ...close('lost')]).toEqual([]);
  });
});

describe('what is remembered of a workload', () => {
  const change = (to: 'failing' | 'healthy', min: number, workload = key): GuardEffect => ({
    type: 'changed',
    change: { workload, atMs: now + minutes(min), to },
  });

  it('are its changes; a change to what it is already is none', () => {
    const { changes } = apply(
      {},
      change('failing', 0),
      change('failing', 1),
      change('healthy', 2),
      change('failing', 3),
    );
    expect(changes.map(({ to, atMs }) => [to, (atMs - now) / 60_000])).toEqual([
      ['failing', 0],
      ['healthy', 2],
      ['failing', 3],
    ]);
  });

  it('are its own changes only', () => {
    expect(apply({}, change('failing', 0, 'a/b/c'), change('failing', 0)).changes).toHaveLength(2);
  });

  it('are the acts on it that nobody forgave', () => {
    const acts = [anAct(), anAct({ isForgiven: true }), anAct({ workload: 'a/b/c' })];
    expect(actsOn(aGuardState({ acts }), key)).toEqual([anAct()]);
  });

  it('is the latest sighting, in the order of time', () => {
    const sighting = (workload: string, min: number, traits: string[] = []) => ({
      workload,
      namespace: 'shop',
      atMs: now + minutes(min),
      traits,
      known: 3,
    });
    const { alerting } = apply(
      { alerting: [sighting('a', 0), sighting('b', 1)] },
      { type: 'seen', sightings: [sighting('a', 2, ['node/n1']), sighting('c', 0)] },
    );
    expect(alerting.map(({ workload }) => workload)).toEqual(['c', 'b', 'a']);
    expect(alerting[2]?.traits).toEqual(['node/n1']);
  });
});

describe('a reset', () => {
  const reset: GuardEffect = { type: 'workloadReset', reset: { workload: key, who: 'ada', why: 'fixed', atMs: now } };

  it('forgives the acts on the workload, forgets its history, and is written down', () => {
    const cart = 'shop/Deployment/cart';
    const past = [key, cart].map((workload) => ({ workload, atMs: now - hours(10) }));
    const changes = [key, cart].map((workload) => ({ workload, atMs: now, to: 'failing' as const }));
    const incidents = [
      `flapping/${key}`,
      `sameFailure/${key}`,
      `maxUnhealthy/workload/${key}`,
      'storm',
      `flapping/${cart}`,
    ];
    const after = apply(
      {
        acts: [anAct(), anAct({ workload: cart })],
        history: remembered({}, past, now),
        changes,
        incidents: incidents.map((name) => ({ key: name, speaker: 'x', sinceMs: now, lastMs: now })),
      },
      reset,
    );
    expect(after.acts.map(({ isForgiven }) => isForgiven)).toEqual([true, undefined]);
    expect([actTimes(after.history, key), actTimes(after.history, cart)]).toEqual([[], [now - hours(10)]]);
    expect(after.changes.map(({ workload }) => workload)).toEqual([cart]);
    expect(after.incidents.map((incident) => incident.key)).toEqual(['storm', `flapping/${cart}`]);
    expect(after.resets).toEqual([{ workload: key, who: 'ada', why: 'fixed', atMs: now }]);
  });

  it('does not touch a lease: what it allows may still come, and counts', () => {
    const leases = [aLease({ workload: key, requestId: 'r1' })];
    const after = apply({ leases }, reset, { type: 'leaseClosed', requestId: 'r1', result: 'lost', atMs: now });
    expect(actsOn(after, key)).toHaveLength(1);
  });

  it('stays forgiven as time passes', () => {
    const after = apply({ acts: [anAct({ atMs: now - hours(5) })] }, reset, { type: 'pruned', nowMs: now + hours(2) });
    expect(after).toMatchObject({ acts: [] });
    expect(after.history).toEqual({});
  });
});

describe('pauses', () => {
  const pause = (id: string, why = 'x') => ({ type: 'paused' as const, pause: { id, who: 'ada', why, sinceMs: now } });

  it('stand beside each other until each is lifted', () => {
    const both = apply({}, pause('a'), pause('b'));
    expect(both.pauses.map(({ id }) => id)).toEqual(['a', 'b']);
    const resumed = (id: string) => ({ type: 'resumed' as const, resume: { id, who: 'bob', why: 'done', atMs: now } });
    const after = applyEffects(both, [resumed('a')]);
    expect(after.pauses.map(({ id }) => id)).toEqual(['b']);
    expect(after.resumes).toEqual([{ id: 'a', who: 'bob', why: 'done', atMs: now }]);
    expect(applyEffects(both, [resumed('z')])).toEqual(both);
  });

  it('said again, one takes the place of its former self', () => {
    expect(apply({}, pause('a'), pause('b'), pause('a', 'y')).pauses.map(({ id, why }) => [id, why])).toEqual([
      ['b', 'x'],
      ['a', 'y'],
    ]);
  });
});

it('a storm comes and goes whole', () => {
  const storm = { kind: 'open' as const, sinceMs: now, why: 'many' };
  const during = apply({}, { type: 'storm', storm });
  expect(during.storm).toEqual(storm);
  const { refused, ...after } = applyEffects(during, [{ type: 'storm' }]);
  expect(after).toStrictEqual(emptyGuardState());
  expect(refused).toEqual({ sinceMs: now, lastMs: now });
});
