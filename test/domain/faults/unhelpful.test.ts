import { describe, expect, it } from '@jest/globals';
import { unhelpfulTo } from '../../../domain/faults/unhelpful.ts';
import type { Terminated } from '../../../domain/target/pod.ts';
import { aContainer, agoMs, anOomKilledPod, aPod, nowMs } from '../../activities/support/builders.ts';

const waiting = (reason: string) => ({ kind: 'waiting' as const, reason, message: '' });
const useless = (containers: ReturnType<typeof aContainer>[]) =>
  unhelpfulTo(aPod({ isReady: false, containers }), nowMs).flatMap(({ actions }) => actions);

/** A container in its back-off after that many restarts, the last of which lived for so many seconds. */
function crashing(restarts: number, seconds: number) {
  const lastTermination: Terminated = {
    ...{ kind: 'terminated', reason: 'Error', exitCode: 1 },
    ...{ startedAtMs: agoMs(20 + seconds), finishedAtMs: agoMs(20) },
  };
  return aContainer({ isReady: false, restarts, state: waiting('CrashLoopBackOff'), lastTermination });
}

describe('what never helps', () => {
  it('is nothing for a pod that is well', () => {
    expect(unhelpfulTo(aPod(), nowMs)).toEqual([]);
  });

  it.each(['ImagePullBackOff', 'CreateContainerConfigError'])(
    'is a restart, while a container waits with %s',
    (reason) => {
      expect(useless([aContainer({ isReady: false, state: waiting(reason) })])).toEqual(
        expect.arrayContaining(['evictPod', 'rolloutRestart']),
      );
    },
  );

  it('is a restart, for a container that ends within seconds of every start', () => {
    expect(useless([crashing(3, 2)])).toEqual(expect.arrayContaining(['evictPod', 'deletePod', 'rolloutRestart']));
  });

  describe('for one that ends within seconds of every start, beside a sibling', () => {
    const pod = aPod({ isReady: false, containers: [crashing(3, 2)] });
    const beside = (changes: Parameters<typeof aPod>[0]) =>
      unhelpfulTo(pod, nowMs, [pod, aPod({ name: 'checkout-2', ...changes })]).flatMap(({ actions }) => actions);

    it('is no restart where the sibling of the same template runs well', () => {
      expect(beside({})).not.toContain('evictPod');
    });

    it.each([
      ['crashes as well', { isReady: false, containers: [crashing(3, 2)] }],
      [
        'has come up only now',
        { containers: [aContainer({ state: { kind: 'running' as const, startedAtMs: agoMs(59) } })] },
      ],
      ['is on its way out', { isTerminating: true }],
      ['is of another template', { owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'uid-x' } }],
      ['is of another revision of its set', { labels: { 'controller-revision-hash': 'older' } }],
    ])('is a restart where the sibling %s', (_, changes) => {
      expect(beside(changes)).toContain('evictPod');
    });

    it('is a restart where there is no sibling', () => {
      expect(unhelpfulTo(pod, nowMs, [pod]).flatMap(({ actions }) => actions)).toContain('evictPod');
      const bare = aPod({ isReady: false, containers: [crashing(3, 2)] });
      delete bare.owner;
      const [first] = unhelpfulTo(bare, nowMs, [aPod({ name: 'checkout-2' })]);
      expect(first?.actions).toContain('evictPod');
    });
  });

  it('is no restart, for one that came past its start, or has not made a habit of it yet', () => {
    expect(useless([crashing(3, 60)])).not.toContain('evictPod');
    expect(useless([crashing(2, 2)])).not.toContain('evictPod');
  });

  it('is no restart, for one that was killed for its memory after a while', () => {
    expect(unhelpfulTo(anOomKilledPod(), nowMs).flatMap(({ actions }) => actions)).not.toContain('evictPod');
  });
});
