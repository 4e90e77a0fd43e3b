import { describe, expect, it } from '@jest/globals';
import { restarts } from '../../../../domain/policy/checks/restarts.ts';
import type { Container, Pod, Terminated } from '../../../../domain/target/pod.ts';
import { aContainer, agoMs, aPod, nowMs } from '../../../activities/support/builders.ts';

const within10m = (pod: Pod, atLeast = 3) => restarts.judge({ atLeast, within: 600_000 }, pod, nowMs);
const young = agoMs(590);
const old = agoMs(86_400);
const podWith = (createdAtMs: number, ...containers: Partial<Container>[]) =>
  aPod({
    createdAtMs,
    containers: containers.map((container, index) => aContainer({ name: `c${index}`, ...container })),
  });
const running = (startedSecondsAgo: number) => ({ kind: 'running' as const, startedAtMs: agoMs(startedSecondsAgo) });
const ended = (startedSecondsAgo?: number): Terminated => ({
  kind: 'terminated',
  reason: 'Error',
  exitCode: 1,
  ...(startedSecondsAgo === undefined ? {} : { startedAtMs: agoMs(startedSecondsAgo) }),
  finishedAtMs: agoMs(20),
});
const waiting = { kind: 'waiting' as const, reason: 'CrashLoopBackOff', message: '' };

describe('restarts within a time', () => {
  it('are the counter of a pod that is younger than the time', () => {
    expect(within10m(podWith(young, { restarts: 1 }, { restarts: 3 }))).toEqual({
      kind: 'holds',
      evidence: 'container c1 restarted 3 times in the 9m50s that its pod exists',
    });
  });

  it('are not there when the counter never was that high', () => {
    const why = 'no container of pod checkout-1 has 3 restarts; container c0 has 2';
    expect(within10m(podWith(young, { restarts: 2 }, { restarts: 1 }))).toEqual({ kind: 'fails', why });
    expect(within10m(podWith(old, { restarts: 2 }))).toEqual({ kind: 'fails', why });
    expect(within10m(podWith(young))).toMatchObject({ kind: 'fails' });
  });

  it('are not the counter of an older pod: how many of them were lately, its status does not say', () => {
    const pod = podWith(old, { restarts: 40, state: waiting, lastTermination: ended(30) });
    expect(within10m(pod)).toEqual({
      kind: 'unproven',
      why: expect.stringMatching(
        /restarted 40 times since its pod exists, of which its status proves 1 within 10m, not 3; a promql check with increase\(/,
      ),
    });
  });

  it.each([
    ['one by a run that began lately', { restarts: 40, state: running(30) }, 1],
    ['one by the run that ended', { restarts: 40, state: waiting, lastTermination: ended(30) }, 1],
    ['two by the last two runs', { restarts: 40, state: running(10), lastTermination: ended(60) }, 2],
    ['two by a run that ended and the one before', { restarts: 40, state: ended(5), lastTermination: ended(60) }, 2],
    ['none by runs that began before', { restarts: 40, state: running(700), lastTermination: ended(900) }, 0],
    ['none by an end whose beginning is not known', { restarts: 40, state: waiting, lastTermination: ended() }, 0],
    ['one where the run before was the very first', { restarts: 1, state: running(10), lastTermination: ended(60) }, 1],
  ])('of an older pod: its status proves %s', (_, container, count) => {
    const pod = podWith(old, container as Partial<Container>);
    for (const atLeast of [1, 2]) {
      expect(within10m(pod, atLeast).kind === 'holds').toBe(atLeast <= count);
    }
  });

  it('of two containers are not added up', () => {
    expect(within10m(podWith(young, { restarts: 2 }, { restarts: 2 }))).toMatchObject({ kind: 'fails' });
  });
});
