import { describe, expect, it } from '@jest/globals';
import { faultShown } from '../../../domain/faults/index.ts';
import type { PodConditionReason } from '../../../domain/faults/pod-fault.ts';
import type { Container, Terminated } from '../../../domain/target/pod.ts';
import { podSinceAct } from '../../../domain/target/pod-since-act.ts';
import { aContainer, agoMs, aPod, nowMs } from '../../activities/support/builders.ts';

const actedAtMs = agoMs(60);
const ended = (secondsAgo: number, changes: Partial<Terminated> = {}): Terminated => ({
  ...{ kind: 'terminated', reason: 'OOMKilled', exitCode: 137, finishedAtMs: agoMs(secondsAgo) },
  ...changes,
});
const container = (changes: Partial<Container>) =>
  aContainer({ restarts: 3, state: { kind: 'running', startedAtMs: agoMs(90) }, ...changes });

function shown(changes: Partial<Container>, reason: PodConditionReason, restarts?: number) {
  const act = { actedAtMs, ...(restarts !== undefined && { restarts: { app: restarts } }) };
  const pod = podSinceAct(aPod({ containers: [container(changes)] }), act);
  return faultShown(pod, { reason, restartsAtLeast: 2, within: 900_000 }, nowMs) !== undefined;
}

describe('the pod of the fault after an act', () => {
  it.each([
    ['OOMKilled', {}],
    ['LivenessFailed', { reason: 'Error' }],
    ['Error', { reason: 'Error', exitCode: 1 }],
  ] as const)('shows no %s that its last state remembers from before the act', (reason, end) => {
    const lastTermination = ended(90, end);
    expect(
      faultShown(aPod({ containers: [container({ lastTermination })] }), { reason, restartsAtLeast: 2 }, nowMs),
    ).not.toBe(undefined);
    expect(shown({ lastTermination }, reason)).toBe(false);
  });

  it('shows one that came after the act', () => {
    expect(shown({ lastTermination: ended(30) }, 'OOMKilled')).toBe(true);
    expect(shown({ lastTermination: ended(30), restarts: 4 }, 'OOMKilled', 3)).toBe(true);
  });

  it('is judged by its restarts where the clocks of cluster and Temporal differ', () => {
    const fast = ended(-30);
    expect(shown({ lastTermination: fast }, 'OOMKilled')).toBe(true);
    expect(shown({ lastTermination: fast }, 'OOMKilled', 3)).toBe(false);
  });

  it('shows no fault that came between the look and the act', () => {
    expect(shown({ lastTermination: ended(80), restarts: 4 }, 'OOMKilled', 3)).toBe(false);
  });

  it('shows its crash loop while it is down', () => {
    const state = { kind: 'waiting' as const, reason: 'CrashLoopBackOff', message: '' };
    expect(shown({ lastTermination: ended(90), state }, 'CrashLoopBackOff', 3)).toBe(true);
    expect(shown({ lastTermination: ended(90), state }, 'OOMKilled', 3)).toBe(true);
  });
});
