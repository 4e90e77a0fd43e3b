import { describe, expect, it } from '@jest/globals';
import { actTimes } from '../../../domain/guard/act-history.ts';
import { applyEffects, type GuardEffect, type GuardState } from '../../../domain/guard/state.ts';
import { aGuardState, anAct, minutes, now } from '../../support/builders.ts';

const key = 'shop/Deployment/checkout';
const hours = (count: number) => minutes(60 * count);
const pruned = (state: Partial<GuardState>) => applyEffects(aGuardState(state), [{ type: 'pruned', nowMs: now }]);
/** One entry a moment too old and one that is not yet. */
const both = (keptMs: number) => [now - keptMs, now - keptMs + 1];

describe('what time takes away', () => {
  it('are acts of six hours ago; their minute stays', () => {
    const after = pruned({ acts: both(hours(6)).map((atMs) => anAct({ atMs })) });
    expect(after.acts.map(({ atMs }) => atMs)).toEqual([now - hours(6) + 1]);
    expect(actTimes(after.history, key)).toEqual([now - hours(6)]);
  });

  it('are sightings of ten minutes ago', () => {
    const alerting = both(minutes(10)).map((atMs) => ({ workload: `w${atMs}`, namespace: 'shop', atMs, traits: [] }));
    expect(pruned({ alerting }).alerting).toEqual(alerting.slice(1));
  });

  it('are changes of six hours ago', () => {
    const changes = both(hours(6)).map((atMs) => ({ workload: key, atMs, to: 'failing' as const }));
    expect(pruned({ changes }).changes).toEqual(changes.slice(1));
  });

  it('are answers of ten minutes ago', () => {
    const verdict = { kind: 'deny' as const, reason: 'paused' as const, detail: 'x' };
    const answers = both(minutes(10)).map((atMs) => ({ requestId: `r${atMs}`, verdict, atMs }));
    expect(pruned({ answers }).answers).toEqual(answers.slice(1));
  });

  it('are incidents of which nothing was heard for half an hour', () => {
    const incidents = both(minutes(30)).map((lastMs) => ({ key: `${lastMs}`, speaker: 'x', sinceMs: lastMs, lastMs }));
    expect(pruned({ incidents }).incidents).toEqual(incidents.slice(1));
  });

  it('are incidents that began four hours ago: one that goes on is spoken about again', () => {
    const incidents = both(hours(4)).map((sinceMs) => ({ key: `${sinceMs}`, speaker: 'x', sinceMs, lastMs: now }));
    expect(pruned({ incidents }).incidents).toEqual(incidents.slice(1));
  });

  it('is nothing else', () => {
    const state = aGuardState({
      pauses: [{ id: 'a', who: 'ada', why: 'x', sinceMs: 0 }],
      resets: [{ workload: key, who: 'ada', why: 'x', atMs: 0 }],
      storm: { kind: 'open', sinceMs: 0, why: 'many' },
    });
    expect(pruned(state)).toEqual(state);
  });
});

describe('what the guard forgets of senders', () => {
  it('are incomplete deliveries of an hour ago, matches of half an hour ago, and clusters that nobody names for a day', () => {
    const truncations = both(hours(1)).map((lastMs) => ({ sender: `${lastMs}`, sinceMs: lastMs, lastMs }));
    expect(pruned({ truncations }).truncations).toEqual(truncations.slice(1));
    const matched = both(hours(0.5)).map((atMs) => ({ namespace: 'shop', alertname: `${atMs}`, atMs, known: 1 }));
    expect(pruned({ matched }).matched).toEqual(matched.slice(1));
    const unknownClusters = both(hours(24)).map((lastMs) => ({
      ...{ cluster: `${lastMs}`, sender: 'am', alerts: 1 },
      ...{ sinceMs: lastMs, lastMs, toldMs: lastMs },
    }));
    expect(pruned({ unknownClusters }).unknownClusters).toEqual(unknownClusters.slice(1));
  });
});

describe('what is kept at most', () => {
  const many = (count: number, effect: (index: number) => GuardEffect) =>
    applyEffects(
      aGuardState(),
      Array.from({ length: count }, (_, index) => effect(index)),
    );

  it('are the latest 200 answers', () => {
    const verdict = { kind: 'deny' as const, reason: 'paused' as const, detail: 'x' };
    const { answers } = many(201, (i) => ({ type: 'answered', requestId: `r${i}`, verdict, atMs: now }));
    expect([answers.length, answers[0]?.requestId]).toEqual([200, 'r1']);
  });

  it('are the latest 400 sightings', () => {
    const { alerting } = many(401, (i) => ({
      type: 'seen',
      sightings: [{ workload: `w${i}`, namespace: 'shop', atMs: now + i, traits: [], known: 9 }],
    }));
    expect([alerting.length, alerting[0]?.workload]).toEqual([400, 'w1']);
  });

  it('are the latest 400 changes', () => {
    const { changes } = many(401, (i) => ({
      type: 'changed',
      change: { workload: `w${i}`, atMs: now, to: 'failing' },
    }));
    expect([changes.length, changes[0]?.workload]).toEqual([400, 'w1']);
  });

  it('are the latest 100 incidents, each once', () => {
    const incident = (key: string, lastMs: number): GuardEffect => ({
      type: 'incident',
      incident: { key, speaker: 'x', sinceMs: now, lastMs },
    });
    const { incidents } = many(201, (i) => incident(`i${i}`, now));
    expect([incidents.length, incidents[0]?.key]).toEqual([100, 'i101']);
    expect(applyEffects(aGuardState(), [incident('a', 1), incident('b', 2), incident('a', 3)]).incidents).toEqual([
      { key: 'b', speaker: 'x', sinceMs: now, lastMs: 2 },
      { key: 'a', speaker: 'x', sinceMs: now, lastMs: 3 },
    ]);
  });

  it('are the latest 50 resets', () => {
    const { resets } = many(51, (i) => ({
      type: 'workloadReset',
      reset: { workload: `w${i}`, who: 'ada', why: 'x', atMs: now },
    }));
    expect([resets.length, resets[0]?.workload]).toEqual([50, 'w1']);
  });
});
