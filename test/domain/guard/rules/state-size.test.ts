import { describe, expect, it } from '@jest/globals';
import { actTimes, rememberedWorkloads } from '../../../../domain/guard/act-history.ts';
import { applyEffects, emptyGuardState, type GuardEffect, type GuardState } from '../../../../domain/guard/state.ts';
import { aLease, now } from '../../../support/builders.ts';

const workloads = 5_000;
const weekMs = 7 * 86_400_000;
const bytes = (state: GuardState) => Buffer.byteLength(JSON.stringify(state));

/** As clusters name things: 50 namespaces, 200 nodes, three zones. */
function placeOf(index: number) {
  const number = index % workloads;
  const namespace = `team-${String(number % 50).padStart(2, '0')}`;
  const workload = `${namespace}/Deployment/checkout-api-${String(number).padStart(4, '0')}`;
  return { workload, namespace, node: `worker-${number % 200}`, zone: `zone-${'abc'[number % 3]}` };
}

/** The effects of one remediation from the first request to the healthy workload. */
function remediation(index: number, atMs: number): GuardEffect[] {
  const place = placeOf(index);
  const runId = `0197c0de-1234-7abc-8def-${String(index).padStart(12, '0')}`;
  const requestId = `${runId}.0.0`;
  const { workload, namespace } = place;
  const failure = 'CrashLoopBackOff app Error exit 1';
  const lease = { requestId, workflowId: `remediation/default/PodCrashLooping/${runId}`, runId, ...place };
  const span = { action: 'evictPod', failure, grantedAtMs: atMs, expiresAtMs: atMs + 660_000 };
  return [
    { type: 'seen', sightings: [{ workload, namespace, atMs, traits: [`node/${place.node}`], known: 100 }] },
    { type: 'changed', change: { workload, atMs, to: 'failing' } },
    { type: 'leaseOpened', lease: { ...lease, ...span } },
    { type: 'leaseClosed', requestId, result: 'healthy', atMs: atMs + 1_000 },
  ];
}

/** A week of acts, evenly spaced; time passes as it does in decisions, only less often, which the size does not show. */
function aWeekOf(acts: number): GuardState {
  let state = emptyGuardState();
  const prune = (atMs: number) => applyEffects(state, [{ type: 'pruned', nowMs: atMs }]);
  for (let index = 0; index < acts; index += 1) {
    const atMs = now + Math.round((weekMs * index) / acts);
    state = applyEffects(state, remediation(index, atMs));
    if (index % 100 === 0) state = prune(atMs);
  }
  return prune(now + weekMs - 1);
}

describe('a guard that acted on 5,000 workloads within a week', () => {
  const state = aWeekOf(workloads);

  it('remembers every act', () => {
    const names = [...rememberedWorkloads(state.history), ...state.acts.map(({ workload }) => workload)];
    expect(new Set(names).size).toBe(workloads);
    expect(actTimes(state.history, placeOf(0).workload)).toEqual([now + 60_000]);
  });

  it('keeps its memory in 200 kB', () => {
    expect(bytes(state)).toBeLessThanOrEqual(200_000);
  });
});

describe('a guard at its bounds', () => {
  const full = aWeekOf(10_080);

  it('keeps its memory in 300 kB when the budget of the cluster was spent to the last act all week', () => {
    expect(full.acts.length).toBe(360);
    expect(bytes(full)).toBeLessThanOrEqual(300_000);
  });

  it('keeps it below what Temporal carries, 2 MB, with everything as large as it can be', () => {
    const word = (length: number, index: number) => `${index}-`.padEnd(length, 'x');
    const each = (count: number, effect: (index: number) => GuardEffect) =>
      Array.from({ length: count }, (_, i) => effect(i));
    const traits = Array.from({ length: 10 }, (_, index) => word(160, index));
    const known = { namespace: word(63, 0), atMs: now, traits, known: 100 };
    const detail = word(500, 0);
    const state = applyEffects(full, [
      ...each(500, (i) => ({ type: 'seen', sightings: [{ workload: word(300, i), ...known }] })),
      ...each(500, (i) => ({ type: 'changed', change: { workload: word(330, i), atMs: now, to: 'failing' } })),
      ...each(300, (i) => ({
        type: 'answered',
        requestId: word(60, i),
        verdict: { kind: 'deny', reason: 'leasedByAnotherRun', detail, holder: word(255, i) },
        atMs: now,
      })),
      ...each(300, (i) => ({
        type: 'incident',
        incident: { key: word(350, i), speaker: word(255, i), sinceMs: now, lastMs: now },
      })),
      ...each(250, (i) => ({
        type: 'conversation',
        atMs: now,
        report: {
          ...{ key: 'conversation', workload: word(390, i), workflowId: word(255, i), policy: word(253, i) },
          ...{ tried: Array.from({ length: 5 }, () => word(38, i)), stoppedAt: word(38, i) },
        },
      })),
      ...each(60, (i) => ({
        type: 'workloadReset',
        reset: { workload: word(330, i), who: word(100, 0), why: word(500, 0), atMs: now },
      })),
      ...each(60, (i) => ({
        type: 'paused',
        pause: { id: word(100, i), who: word(200, 0), why: word(1_000, 0), sinceMs: now },
      })),
      ...each(60, (i) => ({
        type: 'resumed',
        resume: { id: word(100, i), who: word(200, 0), why: word(500, 0), atMs: now },
      })),
      ...each(60, (i) => ({ type: 'truncated', sender: word(64, i), atMs: now })),
      ...each(60, (i) => ({
        type: 'noticed',
        notice: { kind: 'storm', key: word(300, i), summary: word(1_000, 0), sinceMs: now },
      })),
      ...each(100, (i) => ({
        ...{ type: 'unknownCluster', cluster: word(128, i), sender: word(64, 0), alerts: 1, atMs: now, isTold: true },
      })),
      ...each(400, (i) => ({
        type: 'seen',
        sightings: [{ ...known, workload: word(300, i), alertname: word(200, i) }],
      })),
      ...each(100, (i) => ({
        type: 'leaseOpened',
        lease: aLease({ requestId: word(300, i), workflowId: word(255, i), failure: word(500, i), isQuestion: true }),
      })),
    ]);
    expect(bytes(state)).toBeLessThanOrEqual(1_900_000);
  });
});
