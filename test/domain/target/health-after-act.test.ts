import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HealthBefore, healthBefore, healthOf, type SinceAct } from '../../../domain/target/health.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { aContainer, agoMs, aPod, aWorkload, threePods } from '../../activities/support/builders.ts';

const actedAtMs = agoMs(120);
const before: HealthBefore = { desired: 3, notReady: 0, generation: 2 };
const target = 'uid-checkout-1';
const since = (changes: Partial<HealthBefore> = {}): SinceAct => ({
  before: { ...before, ...changes },
  actedAtMs,
  targetUid: target,
});

const old = (name: string, isReady = true) => aPod({ name, isReady });
/** Made since the act. */
const young = (name: string, changes: Partial<Pod> = {}) => aPod({ name, createdAtMs: agoMs(60), ...changes });
const starting = (name: string) =>
  young(name, {
    isReady: false,
    phase: 'Pending',
    containers: [aContainer({ isReady: false, state: { kind: 'waiting', reason: 'ContainerCreating', message: '' } })],
  });
const crashing = (name: string) =>
  young(name, { isReady: false, containers: [aContainer({ isReady: false, restarts: 2 })] });

/** A workload of these pods, whose counts follow them. */
function workloadOf(kind: string, pods: readonly Pod[], changes: Partial<Workload> = {}): Workload {
  const ready = pods.filter(({ isReady }) => isReady).length;
  const counts = { replicas: pods.length, updated: pods.length, ready, available: ready };
  return aWorkload({ ref: { ...aWorkload().ref, kind }, desired: pods.length, counts, ...changes });
}
const judged = (pods: Pod[], to: SinceAct, changes: Partial<Workload> = {}, kind = 'Deployment') =>
  healthOf(workloadOf(kind, pods, changes), pods, to);

/** Pods of a thousand nodes, of which some are not ready. */
const thousand = (unready: number, changes: (index: number) => Pod = (index) => old(`d-${index}`)) =>
  Array.from({ length: 1_000 }, (_, index) => (index < unready ? old(`d-${index}`, false) : changes(index)));

describe('health after an act', () => {
  it('is there although a pod is not ready that was not ready before', () => {
    const pods = [young('checkout-4'), old('checkout-2'), old('checkout-3', false)];
    expect(judged(pods, since({ notReady: 1 }))).toEqual({ kind: 'healthy', notReady: 1 });
    expect(judged(pods, since())).toEqual({ kind: 'progressing', why: '2 of 3 pods are available' });
  });

  it('is there on 999 of 1,000 nodes', () => {
    const fresh = (index: number) => (index === 999 ? young('fresh') : old(`d-${index}`));
    const to = since({ desired: 1_000, notReady: 1 });
    expect(judged(thousand(1, fresh), to, {}, 'DaemonSet')).toEqual({ kind: 'healthy', notReady: 1 });
  });

  it('is there while single pods of a large workload come and go', () => {
    const fresh = (index: number) => (index === 999 ? young('fresh') : old(`d-${index}`));
    const to = since({ desired: 1_000 });
    expect(judged(thousand(10, fresh), to, {}, 'DaemonSet')).toMatchObject({ kind: 'healthy' });
    expect(judged(thousand(11, fresh), to, {}, 'DaemonSet')).toMatchObject({ kind: 'progressing' });
  });

  it('is not there while the pod of the fault is not ready, however many are excused', () => {
    const pods = [old('checkout-1', false), old('checkout-2'), old('checkout-3')];
    expect(judged(pods, since({ notReady: 1 }))).toEqual({ kind: 'progressing', why: 'not ready: checkout-1' });
  });

  it('is not there while what came in its place is ill or starts', () => {
    const rest = [old('checkout-2'), old('checkout-3')];
    for (const fresh of [crashing('checkout-4'), starting('checkout-4')]) {
      expect(judged([fresh, ...rest], since({ notReady: 1 }))).toMatchObject({ why: 'not ready: checkout-4' });
    }
  });

  it('is not there while nothing came in its place, in a large workload either', () => {
    const pods = thousand(0).slice(1);
    const to = since({ desired: 1_000 });
    const changes = { desired: 1_000 };
    expect(judged(pods, to, changes, 'DaemonSet')).toMatchObject({ why: 'no pod came in the place of the one taken' });
    expect(judged(pods, { ...to, targetUid: 'uid-d-5' }, changes, 'DaemonSet')).toMatchObject({ kind: 'healthy' });
  });

  it('is not there while nothing came in the place of a pod that a rollout had to spare', () => {
    const pods = [old('checkout-2'), old('checkout-3'), old('checkout-4')];
    const to = since({ isRollingOut: true });
    expect(judged(pods, to)).toMatchObject({ why: 'no pod came in the place of the one taken' });
    expect(judged([...pods, young('checkout-9')], to, { desired: 3 })).toMatchObject({ kind: 'healthy' });
  });

  it('is there once a rollback has taken the pod of the fault away, in whose place none comes', () => {
    const pods = [old('checkout-2'), old('checkout-3'), old('checkout-4')];
    const to = since({ isRollingOut: true });
    expect(judged(pods, to, { generation: 3, observedGeneration: 3 })).toEqual({ kind: 'healthy' });
  });

  it('is there while pods start by which the workload was scaled up meanwhile, and not while one of them crashes', () => {
    const rest = [young('checkout-4'), old('checkout-2'), old('checkout-3')];
    expect(judged([...rest, starting('checkout-5')], since())).toMatchObject({ kind: 'healthy' });
    expect(judged([...rest, crashing('checkout-5')], since())).toMatchObject({ why: 'not ready: checkout-5' });
    expect(judged(rest, since(), { desired: 4 })).toMatchObject({ kind: 'healthy' });
  });

  it('is there beside a rollout that had given up before, unless the act began another one', () => {
    const changes = { progressFailure: 'timed out', counts: { replicas: 4, updated: 1, ready: 3, available: 3 } };
    const pods = [young('checkout-4'), old('checkout-2'), old('checkout-3'), old('checkout-new', false)];
    const to = since({ isRollingOut: true, notReady: 1 });
    expect(judged(pods, to, { ...changes, desired: 3 })).toEqual({ kind: 'healthy' });
    expect(judged(pods, to, { ...changes, desired: 3, generation: 3, observedGeneration: 3 })).toMatchObject({
      kind: 'failed',
    });
  });

  it('is absent once the workload is scaled to zero', () => {
    expect(judged([], since())).toEqual({ kind: 'absent', why: 'it is scaled to zero' });
  });
});

describe('how a workload was before an act', () => {
  const counts = { replicas: 3, updated: 3, ready: 1, available: 1 };

  it('counts the pods that are not ready beside the one of the fault', () => {
    expect(healthBefore(aWorkload({ counts }), old('checkout-1', false))).toMatchObject({ ...before, notReady: 1 });
    expect(healthBefore(aWorkload({ counts }), old('checkout-1'))).toMatchObject({ ...before, notReady: 2 });
  });

  it('excuses nothing where the fault is the workload’s own', () => {
    expect(healthBefore(aWorkload({ counts }), undefined)).toEqual(before);
  });

  it('excuses no Job that failed: the one that took its place is judged by itself', () => {
    const job = workloadOf('Job', [], { progressFailure: 'BackoffLimitExceeded' });
    const seen = healthBefore(job, undefined);
    expect(seen.isRollingOut).toBe(undefined);
    expect(healthOf(job, [], { before: seen, actedAtMs })).toMatchObject({ kind: 'failed' });
  });

  it('notes a rollout that is under way or has given up', () => {
    const outdated = { replicas: 4, updated: 1, ready: 3, available: 3 };
    expect(healthBefore(aWorkload({ counts: outdated }), old('checkout-1'))).toMatchObject({ isRollingOut: true });
    expect(healthBefore(aWorkload({ progressFailure: 'x' }), old('checkout-1'))).toMatchObject({ isRollingOut: true });
  });
});

describe('whatever the pods are', () => {
  const aState = fc.constantFrom('ready', 'unready', 'fresh', 'starting', 'crashing') as fc.Arbitrary<
    'ready' | 'unready' | 'fresh' | 'starting' | 'crashing'
  >;
  const build = { ready: old, unready: (name: string) => old(name, false), fresh: young, starting, crashing };
  const somePods = fc
    .array(aState, { minLength: 1, maxLength: 8 })
    .map((states) => states.map((state, index) => build[state](`checkout-${index + 2}`)));

  /** Up to 500 pods, of which at most a dozen are not simply old and ready. */
  const manyPods = fc
    .tuple(fc.nat(490), fc.array(aState, { minLength: 1, maxLength: 12 }))
    .map(([well, states]) => [
      ...Array.from({ length: well }, (_, index) => old(`well-${index}`)),
      ...states.map((state, index) => build[state](`checkout-${index + 2}`)),
    ]);

  it('what is healthy without excuses is healthy after an act', () => {
    fc.assert(
      fc.property(somePods, fc.nat(4), (pods, notReady) => {
        const whole = pods.filter(({ isReady }) => isReady);
        fc.pre(whole.length > 0);
        expect(judged(whole, since({ notReady, desired: whole.length }))).toEqual({ kind: 'healthy' });
      }),
    );
  });

  it('health after an act never means fewer ready pods than before, but for one of a hundred, nor an ill one made since', () => {
    fc.assert(
      fc.property(fc.oneof(somePods, manyPods), fc.nat(4), fc.nat(2), (pods, notReady, more) => {
        const health = judged(pods, since({ notReady, desired: Math.max(0, pods.length - more) }));
        if (health.kind !== 'healthy') return;
        const ready = pods.filter(({ isReady }) => isReady).length;
        const allowed = Math.max(notReady, Math.floor(pods.length / 100));
        expect(ready).toBeGreaterThanOrEqual(pods.length - more - allowed);
        expect(
          pods.some((pod) => pod.createdAtMs > actedAtMs && pod.containers.some(({ restarts }) => restarts > 0)),
        ).toBe(false);
      }),
    );
  });

  it('more pods that were not ready before never make it worse', () => {
    fc.assert(
      fc.property(somePods, fc.nat(4), (pods, notReady) => {
        const desired = pods.length;
        if (judged(pods, since({ notReady, desired })).kind !== 'healthy') return;
        expect(judged(pods, since({ notReady: notReady + 1, desired })).kind).toBe('healthy');
      }),
    );
  });
});

it('all three pods of the builders are healthy after an act', () => {
  expect(healthOf(aWorkload(), threePods(), since())).toEqual({ kind: 'healthy' });
});
