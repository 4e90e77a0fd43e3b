import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import { sightingOf } from '../../../domain/guard/sightings.ts';
import { applyEffects, type GuardState, type Sighting, type Storm } from '../../../domain/guard/state.ts';
import { judgeStorm } from '../../../domain/guard/storm.ts';
import { aGuardState, anAlert, minutes, now } from '../../support/builders.ts';

const { storm: limits } = defaultLimits;
/** So many workloads, each in a namespace of its own unless told otherwise. */
const alerting = (count: number, given: Partial<Sighting> = {}): Sighting[] =>
  Array.from({ length: count }, (_, index) => ({
    workload: `n${index}/Deployment/w${index}`,
    namespace: `n${index}`,
    atMs: now,
    traits: [],
    known: 100,
    ...given,
  }));
const inShop = (count: number, known: number | undefined) => {
  const { known: _, ...sighting } = alerting(1, { namespace: 'shop' })[0] as Sighting;
  return Array.from({ length: count }, (_, index) => ({
    ...sighting,
    workload: `shop/Deployment/w${index}`,
    ...(known === undefined ? {} : { known }),
  }));
};
const judged = (state: Partial<GuardState>, given: Partial<typeof limits> = {}, nowMs = now) =>
  judgeStorm(aGuardState(state), nowMs, { ...defaultLimits, storm: { ...limits, ...given } });
const opens = (why: string) => [{ type: 'storm', storm: { kind: 'open', sinceMs: now, why } }];

describe('the breaker opens', () => {
  it('when more than twenty workloads alert within five minutes, and not at twenty', () => {
    expect(judged({ alerting: alerting(20) })).toEqual([]);
    expect(judged({ alerting: alerting(21) })).toEqual(opens('21 workloads alert within 5 min'));
  });

  it('counting five minutes to the millisecond', () => {
    const old = alerting(1, { workload: 'old/Deployment/x', atMs: now - minutes(5) });
    expect(judged({ alerting: [...old, ...alerting(20)] })).toEqual([]);
    const young = alerting(1, { workload: 'old/Deployment/x', atMs: now - minutes(5) + 1 });
    expect(judged({ alerting: [...young, ...alerting(20)] })).toHaveLength(1);
  });

  it('when more than thirty of a hundred workloads of a namespace alert, at least five', () => {
    expect(judged({ alerting: inShop(6, 20) })).toEqual([]);
    expect(judged({ alerting: inShop(7, 20) })).toEqual(opens('7 of 20 workloads of shop alert within 5 min'));
    expect(judged({ alerting: inShop(4, 4) })).toEqual([]);
    expect(judged({ alerting: inShop(5, 5) })).toEqual(opens('5 of 5 workloads of shop alert within 5 min'));
  });

  it('counting each namespace by itself', () => {
    const spread = [...inShop(4, 5), ...alerting(4, { namespace: 'bank', known: 5 })];
    expect(judged({ alerting: spread })).toEqual([]);
    const second = [...alerting(2), ...alerting(5, { namespace: 'bank', known: 5 })];
    expect(judged({ alerting: second })).toEqual(opens('5 of 5 workloads of bank alert within 5 min'));
  });

  it('by the largest number of workloads that anybody counted there', () => {
    expect(judged({ alerting: [...inShop(5, 5), ...inShop(1, 100)] })).toEqual([]);
    expect(judged({ alerting: [...inShop(1, 100), ...inShop(5, 5)] })).toEqual([]);
  });

  it('by no share where nobody counted', () => {
    expect(judged({ alerting: inShop(20, undefined) })).toEqual([]);
    expect(judged({ alerting: inShop(20, 0) })).toEqual([]);
  });

  it('not because a sender leaves alerts out: that only slows acts down', () => {
    const truncations = [{ sender: 'am', sinceMs: now, lastMs: now }];
    expect(judged({ truncations })).toEqual([]);
  });

  it('counting more workloads in a large cluster, in proportion to its nodes', () => {
    expect(judged({ alerting: alerting(21), nodes: 100 })).toHaveLength(1);
    expect(judged({ alerting: alerting(40), nodes: 200 })).toEqual([]);
    expect(judged({ alerting: alerting(41), nodes: 200 })).toEqual(opens('41 workloads alert within 5 min'));
  });

  it('at the bounds of the configuration', () => {
    expect(judged({ alerting: alerting(3) }, { workloads: 2, withinMs: minutes(2) })).toEqual(
      opens('3 workloads alert within 2 min'),
    );
    expect(
      judged({ alerting: alerting(3, { atMs: now - minutes(2) }) }, { workloads: 2, withinMs: minutes(2) }),
    ).toEqual([]);
    expect(judged({ alerting: inShop(2, 3) }, { atLeast: 2, percent: 60 })).toHaveLength(1);
    expect(judged({ alerting: inShop(2, 3) }, { atLeast: 2, percent: 70 })).toEqual([]);
  });

  it('at four hundred, whatever the configuration says: no more are remembered', () => {
    expect(judged({ alerting: alerting(399) }, { workloads: 1_000 })).toEqual([]);
    expect(judged({ alerting: alerting(400) }, { workloads: 1_000 })).toHaveLength(1);
  });
});

describe('the breaker, once open,', () => {
  const calm = (min: number, given: Partial<Storm> = {}): Storm => ({
    ...open,
    calmSinceMs: now - minutes(min),
    ...given,
  });

  it('stays as it is while half of what opened it is there', () => {
    expect(judged({ storm: open, alerting: alerting(11) })).toEqual([]);
    expect(judged({ storm: open, alerting: inShop(5, 33) })).toEqual([]);
  });

  it('begins to calm down below that', () => {
    const calming = [{ type: 'storm', storm: { ...open, calmSinceMs: now } }];
    expect(judged({ storm: open, alerting: alerting(10) })).toEqual(calming);
    expect(judged({ storm: open, alerting: inShop(5, 34) })).toEqual(calming);
    expect(judged({ storm: open })).toEqual(calming);
  });

  it('is half open after five calm minutes, and closed after ten', () => {
    expect(judged({ storm: calm(4.9) })).toEqual([]);
    expect(judged({ storm: calm(5) })).toEqual([{ type: 'storm', storm: calm(5, { kind: 'halfOpen' }) }]);
    expect(judged({ storm: calm(9.9, { kind: 'halfOpen' }) })).toEqual([]);
    expect(judged({ storm: calm(10, { kind: 'halfOpen' }) })).toEqual([{ type: 'storm' }]);
    expect(judged({ storm: calm(60) })).toEqual([{ type: 'storm' }]);
  });

  it('calms down for as long as the configuration says', () => {
    expect(judged({ storm: calm(9) }, { calmMs: minutes(20) })).toEqual([]);
    expect(judged({ storm: calm(10) }, { calmMs: minutes(20) })).toHaveLength(1);
  });

  it('opens again at once, as the same storm, when it comes back while it calms down', () => {
    const again = [
      { type: 'storm', storm: { kind: 'open', sinceMs: open.sinceMs, why: '11 workloads alert within 5 min' } },
    ];
    expect(judged({ storm: calm(3), alerting: alerting(11) })).toEqual(again);
    expect(judged({ storm: calm(7, { kind: 'halfOpen' }), alerting: alerting(11) })).toEqual(again);
  });

  it('does not calm down by a clock that was set back', () => {
    expect(judged({ storm: { ...open, calmSinceMs: now + minutes(5) } })).toEqual([]);
  });
});

/** Seen in an alert's labels alone. */
const labelled = (name: string, given: Partial<Sighting> = {}): Sighting => ({
  ...{ workload: `shop/alert/${name}`, namespace: 'shop', atMs: now, traits: [], alertname: 'PodDown' },
  ...given,
});
const verified = (name: string, given: Partial<Sighting> = {}): Sighting =>
  labelled(name, { workload: `shop/Deployment/${name}`, known: 100, ...given });
const seen = (...sightings: Sighting[]) => applyEffects(aGuardState(), [{ type: 'seen', sightings }]);
const many = (count: number, of: (name: string) => Sighting) =>
  Array.from({ length: count }, (_, index) => of(`w${index}`));
const open: Storm = { kind: 'open', sinceMs: now - minutes(30), why: 'many' };
const calming = [{ type: 'storm', storm: { ...open, calmSinceMs: now } }];

describe('what the intake heard before anything was verified', () => {
  const heard = many(20, (name) => labelled(name));

  it('counts from the first request on that shows that a policy matches such alerts', () => {
    const before = seen(...heard);
    expect(judged(before)).toEqual([]);
    const after = applyEffects(before, [{ type: 'seen', sightings: [verified('checkout')] }]);
    expect(judged(after)).toEqual(opens('21 workloads alert within 5 min'));
    expect(after.heard).toEqual([]);
  });

  it('does not count for alerts of another name or in another namespace', () => {
    const state = applyEffects(seen(...heard), [
      { type: 'seen', sightings: [verified('checkout', { alertname: 'Watchdog' })] },
      { type: 'seen', sightings: [verified('cart', { namespace: 'bank', workload: 'bank/Deployment/cart' })] },
    ]);
    expect(judged(state)).toEqual([]);
    expect(state.heard).toHaveLength(20);
  });

  it('is forgotten after ten minutes, and is three hundred at most', () => {
    const state = seen(...many(1_000, (name) => labelled(name)));
    expect(state.heard).toHaveLength(300);
    expect(applyEffects(state, [{ type: 'pruned', nowMs: now + minutes(10) }]).heard).toEqual([]);
  });
});

describe('an open breaker is not kept open', () => {
  it('by alerts that no policy matches, however many', () => {
    const state = seen(...many(300, (name) => labelled(name)));
    expect(state.alerting).toEqual([]);
    expect(judged({ ...state, storm: open })).toEqual(calming);
  });

  it('by alerts of another name, or of the same name in another namespace, than a policy matched', () => {
    const others = [
      ...many(50, (name) => labelled(name, { alertname: 'Watchdog' })),
      ...many(50, (name) => labelled(name, { namespace: 'bank', workload: `bank/alert/${name}` })),
    ];
    expect(judged({ ...seen(verified('checkout'), ...others), storm: open })).toEqual(calming);
  });

  it('by one workload, whatever its pods are called', () => {
    const pods = Array.from({ length: 300 }, (_, index) => `checkout-7d9f8b6c5d-${suffix(index)}`);
    const sightings = pods.map((pod) => sightingOf(anAlert({ labels: { namespace: 'shop', pod } }), now));
    expect(new Set(sightings.map(({ workload }) => workload)).size).toBe(1);
    const named = sightings.map((sighting) => ({ ...sighting, alertname: 'PodDown' }));
    expect(judged({ ...seen(verified('cart'), ...named), storm: open })).toEqual(calming);
  });

  it('by more made-up names than the namespace has workloads', () => {
    const state = seen(verified('checkout', { known: 9 }), ...many(300, (name) => labelled(name)));
    expect(judged({ ...state, storm: open }, { percent: 100, atLeast: 100 })).toEqual(calming);
  });

  it('by a workload that was verified and then only named', () => {
    const both = many(10, (name) => verified(name));
    const state = seen(...both, ...many(10, (name) => labelled(name)));
    expect(judged({ ...state, storm: open })).toEqual(calming);
  });
});

describe('an open breaker is kept open', () => {
  it('by workloads that alerts of a matched name name', () => {
    const state = seen(verified('checkout'), ...many(11, (name) => labelled(name)));
    expect(judged({ ...state, storm: open })).toEqual([]);
  });
});

const letters = 'bcdfghjklm';
const suffix = (index: number) => [...String(index).padStart(5, '0')].map((digit) => letters[Number(digit)]).join('');

describe('a storm that flutters', () => {
  it('is one storm: it opens once and closes once', () => {
    let state = aGuardState();
    const seen: string[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      const nowMs = now + minutes(minute);
      const count = minute < 30 && minute % 4 < 2 ? 25 : 12;
      const still = minute < 34 ? alerting(count, { atMs: nowMs }) : [];
      state = { ...state, alerting: still };
      const before = state.storm?.kind ?? 'closed';
      state = applyEffects(state, judgeStorm(state, nowMs, defaultLimits));
      const after = state.storm?.kind ?? 'closed';
      if (before !== after) seen.push(`${minute} ${after}`);
    }
    expect(seen).toEqual(['0 open', '39 halfOpen', '44 closed']);
  });
});

describe('a policy that matches an alert no more', () => {
  it('keeps the breaker open by that alert for half an hour at most, which is then half open and looks again', () => {
    let state: GuardState = aGuardState({ ...seen(verified('checkout')), storm: open });
    const kinds: (string | undefined)[] = [];
    for (let minute = 1; minute <= 45; minute += 1) {
      const nowMs = now + minutes(minute);
      const sightings = many(15, (name) => labelled(name, { atMs: nowMs }));
      state = applyEffects(state, [
        { type: 'pruned', nowMs },
        { type: 'seen', sightings },
      ]);
      state = applyEffects(state, judgeStorm(state, nowMs, defaultLimits));
      kinds.push(state.storm?.kind);
    }
    expect([kinds.indexOf('halfOpen') + 1, kinds.indexOf(undefined) + 1]).toEqual([39, 44]);
  });
});

describe('whatever arrives while the breaker is open', () => {
  const hash = fc.stringMatching(/^[bcdfghjklmnpqrstvwxz2456789]{9}$/);
  const end = fc.stringMatching(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  /** A pod of one Deployment, whose alert a policy matches. */
  const ofOne = fc.tuple(hash, end).map(([set, pod]) => ({ alertname: 'PodDown', pod: `checkout-${set}-${pod}` }));
  /** Alerts about any workload of a name that no policy matches. */
  const unmatched = fc.record({
    alertname: fc.constantFrom('Watchdog', 'Info'),
    deployment: fc.stringMatching(/^[a-z]{3,9}$/),
  });
  const anyMinute = fc.array(fc.oneof(ofOne, unmatched), { maxLength: 60 });

  it('it closes after ten calm minutes under alerts that no policy matches and under one workload’s pods', () => {
    fc.assert(
      fc.property(fc.array(anyMinute, { minLength: 12, maxLength: 12 }), (day) => {
        let state = aGuardState({ ...seen(verified('checkout')), storm: open });
        for (const [minute, arriving] of day.entries()) {
          const nowMs = now + minutes(minute);
          const sightings = arriving.map(({ alertname, ...labels }) =>
            sightingOf(anAlert({ alertname, labels: { namespace: 'shop', alertname, ...labels } }), nowMs),
          );
          state = applyEffects(state, [
            { type: 'seen', sightings },
            { type: 'pruned', nowMs },
          ]);
          state = applyEffects(state, judgeStorm(state, nowMs, defaultLimits));
        }
        expect(state.storm).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});
