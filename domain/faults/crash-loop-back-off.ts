import type { Container } from '../pod.ts';
import { type FaultClass, firstContainer, isRecent, type Question } from './fault-class.ts';

/** A container that came up this short a time ago has not proven yet that it stays up. */
const unprovenMs = 30_000;
const defaultWithinMs = 600_000;

/** A container crashes again and again. Between two crashes it shows Running for a moment, which is the same fault. */
export const crashLoopBackOff: FaultClass = {
  reason: 'CrashLoopBackOff',
  advice:
    'A fresh pod helps when the fault is in its node or its state; one that crashes at every start needs a person.',
  shows: (question) => firstContainer(question, (container) => crashLoop(container, question)),
};

function crashLoop(container: Container, question: Question): string | undefined {
  const { state, lastTermination } = container;
  const last = state?.kind === 'terminated' ? state : lastTermination;
  if (state?.kind === 'waiting' && state.reason === 'CrashLoopBackOff') {
    const isOld = last !== undefined && !isRecent(last.finishedAtMs, question);
    return isOld ? undefined : 'is in CrashLoopBackOff';
  }
  const isBetweenCrashes =
    state?.kind === 'terminated' ||
    (state?.kind === 'running' && (!container.isReady || question.nowMs - state.startedAtMs < unprovenMs));
  if (!isBetweenCrashes || last === undefined || last.exitCode === 0) return undefined;
  if (container.restarts < Math.max(2, question.restartsAtLeast)) return undefined;
  const hasJustCrashed = isRecent(last.finishedAtMs, { ...question, withinMs: question.withinMs ?? defaultWithinMs });
  return hasJustCrashed ? `crashed again (exit code ${last.exitCode}) and is between two attempts` : undefined;
}
