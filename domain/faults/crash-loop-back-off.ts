import type { Container, Pod, Terminated } from '../target/pod.ts';
import type { PodFault } from './fault-class.ts';
import { firstContainer, isRecent, type Question, recentMs, terminations } from './pod-fault.ts';

/** A container that came up this short a time ago has not proven yet that it stays up. */
const unprovenMs = 30_000;
/** A run that ended within this time did not come past its start. */
const startMs = 10_000;
/** So many restarts make a habit of it. */
const manyRestarts = 3;

/** A container crashes again and again. Between two crashes it shows Running for a moment, which is the same fault. */
export const crashLoopBackOff: PodFault = {
  about: 'pod',
  name: 'CrashLoopBackOff',
  showsAs:
    'A container waits with CrashLoopBackOff, or is between two attempts: it has restarted twice or more, crashed a short time ago, and has not been up and ready for 30 s since.',
  advice:
    'A fresh pod helps when the fault is in its node or its state. Where every pod crashes at its start, a person is needed.',
  helps: ['evictPod', 'rolloutRestart', 'rollback'],
  never: ['scale', 'raiseHpaMax', 'cordonNode', 'uncordonNode'],
  reportedFromRestarts: 3,
  toleranceMs: 15_000,
  shows: (question) => firstContainer(question, (container) => crashLoop(container, question)),
};

function crashLoop(container: Container, question: Question): string | undefined {
  const { state, lastTermination } = container;
  const last = state?.kind === 'terminated' ? state : lastTermination;
  if (isBackingOff(container)) {
    const isOld = last !== undefined && !isRecent(last.finishedAtMs, question);
    return isOld ? undefined : `is in CrashLoopBackOff${endInWords(container, last)}`;
  }
  const isBetweenCrashes =
    state?.kind === 'terminated' ||
    (state?.kind === 'running' && (!container.isReady || question.nowMs - state.startedAtMs < unprovenMs));
  if (!isBetweenCrashes || last === undefined || last.exitCode === 0) return undefined;
  if (container.restarts < Math.max(2, question.restartsAtLeast)) return undefined;
  const hasJustCrashed = isRecent(last.finishedAtMs, { ...question, withinMs: question.withinMs ?? recentMs });
  return hasJustCrashed ? `crashed again${endInWords(container, last)} and is between two attempts` : undefined;
}

/** True while the kubelet waits before it starts the container again. */
const isBackingOff = ({ state }: Container): boolean =>
  state?.kind === 'waiting' && state.reason === 'CrashLoopBackOff';

/** The evidence that a container of the pod ends the same way at every start, which a fresh pod would do too. */
export function crashesAtStart(pod: Pod): string | undefined {
  for (const container of pod.containers) {
    const [last] = terminations(container);
    if (last === undefined || last.exitCode === 0 || !isSameAtStart(container, last)) continue;
    return `container ${container.name} ends within seconds of every start, with exit code ${last.exitCode}`;
  }
  return undefined;
}

function endInWords(container: Container, last: Terminated | undefined): string {
  if (last === undefined) return '';
  return ` (exit code ${last.exitCode}${isSameAtStart(container, last) ? ', the same at every start' : ''})`;
}

/**
 * A status remembers the last end, or the last two; the others are known by their number only. So it is said where it
 * restarted many times and every end that is remembered came within seconds of the start, with the same exit code.
 */
function isSameAtStart(container: Container, { exitCode }: Terminated): boolean {
  return (
    container.restarts >= manyRestarts &&
    terminations(container).every(
      (end) =>
        end.exitCode === exitCode && end.startedAtMs !== undefined && end.finishedAtMs - end.startedAtMs <= startMs,
    )
  );
}
