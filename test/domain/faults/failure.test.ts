import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../domain/faults/failure.ts';
import { aContainer, agoMs, anOomKilledPod, aPod } from '../../activities/support/builders.ts';

const ended = (reason: string, exitCode: number) => ({
  kind: 'terminated' as const,
  reason,
  exitCode,
  finishedAtMs: agoMs(20),
});
const podOf = (...containers: ReturnType<typeof aContainer>[]) => aPod({ isReady: false, containers });

describe('what a failure looks like', () => {
  it('is the fault, the container that is worst off, and how it ended', () => {
    expect(failureOf('OOMKilled', anOomKilledPod())).toBe('OOMKilled app OOMKilled exit 137');
  });

  it('is the same for another pod of the workload', () => {
    expect(failureOf('OOMKilled', anOomKilledPod('checkout-9', 12, 4_000))).toBe(
      failureOf('OOMKilled', anOomKilledPod('checkout-1', 3, 20)),
    );
  });

  it('takes how it ended just now before how it ended last', () => {
    const container = aContainer({ restarts: 2, state: ended('Error', 2), lastTermination: ended('Error', 1) });
    expect(failureOf('CrashLoopBackOff', podOf(container))).toBe('CrashLoopBackOff app Error exit 2');
  });

  it('says what a container waits for that never ran', () => {
    const state = { kind: 'waiting' as const, reason: 'ErrImagePull', message: '' };
    expect(failureOf('ImagePullBackOff', podOf(aContainer({ isReady: false, state })))).toBe(
      'ImagePullBackOff app ErrImagePull',
    );
  });

  it('names the container that restarts most, and of those that do not restart the one that is not ready', () => {
    const often = aContainer({ name: 'sidecar', restarts: 5, lastTermination: ended('Error', 3) });
    const once = aContainer({ name: 'app', isReady: false, restarts: 1, lastTermination: ended('Error', 1) });
    expect(failureOf('CrashLoopBackOff', podOf(once, often))).toBe('CrashLoopBackOff sidecar Error exit 3');
    const waits = aContainer({ name: 'proxy', isReady: false });
    expect(failureOf('NotReady', podOf(aContainer(), waits))).toBe('NotReady proxy');
  });

  it('is the fault alone where no container tells more', () => {
    expect(failureOf('NotReady', aPod())).toBe('NotReady');
    expect(failureOf('NotReady', podOf())).toBe('NotReady');
    expect(failureOf('Unavailable', undefined)).toBe('Unavailable');
  });
});
