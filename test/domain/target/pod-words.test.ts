import { describe, expect, it } from '@jest/globals';
import { podInWords } from '../../../domain/target/pod-words.ts';
import { aContainer, agoMs, anOomKilledPod, aPod } from '../../activities/support/builders.ts';

describe('a pod in words', () => {
  it('says what is wrong with it', () => {
    expect(podInWords(anOomKilledPod())).toEqual([
      'pod checkout-1 is Running, not Ready',
      'condition Ready is False: ContainersNotReady',
      'container app: waiting (CrashLoopBackOff: back-off 20s), not ready, 3 restarts, last ended OOMKilled with exit code 137 at 2026-03-01T09:59:40.000Z',
    ]);
  });

  it('says that it is well, or on its way out', () => {
    expect(podInWords(aPod())).toEqual([
      'pod checkout-1 is Running, Ready',
      'container app: running since 2026-03-01T09:00:00.000Z, ready, 0 restarts',
    ]);
    expect(podInWords(aPod({ isTerminating: true }))[0]).toBe('pod checkout-1 is Running, terminating, Ready');
  });

  it('tells init containers from others, and a container without a state', () => {
    const state = { kind: 'terminated' as const, reason: 'Completed', exitCode: 0, finishedAtMs: agoMs(1) };
    const { state: _, ...blank } = aContainer({ isReady: false });
    const containers = [aContainer({ name: 'setup', isInit: true, state }), blank];
    expect(podInWords(aPod({ containers })).slice(1)).toEqual([
      'init container setup: Completed with exit code 0 at 2026-03-01T09:59:59.000Z, 0 restarts',
      'container app: no state yet, not ready, 0 restarts',
    ]);
  });
});
