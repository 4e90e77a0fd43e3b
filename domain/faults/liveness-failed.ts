import type { Container } from '../target/pod.ts';
import type { PodFault } from './fault-class.ts';
import { firstContainer, isRecent, type Question, recentMs } from './pod-fault.ts';

/** SIGKILL and SIGTERM as exit codes: how a container ends that is stopped from outside. */
const stoppedFromOutside = [137, 143];

/**
 * The kubelet stopped a container in its place and started it again, which it does when a liveness or startup probe
 * fails. Status does not say why: only the kubelet's event does, and events are lost within the hour. So this is what
 * can be known: it ended by SIGTERM or SIGKILL, not for its memory, and was started again within the same pod. A process
 * that sends itself such a signal, or whose node was restarted, looks the same; one that handles SIGTERM and exits with
 * another code looks like a crash of its own and is not found. It shows between two starts as well: a container whose
 * probe keeps failing waits in CrashLoopBackOff most of the time.
 */
export const livenessFailed: PodFault = {
  about: 'pod',
  name: 'LivenessFailed',
  showsAs:
    'A container was started again after it was stopped from outside: its last state has the reason Error and exit code 137 or 143, in the last 10 minutes unless another time is asked for.',
  advice:
    'The kubelet has restarted the container already; a fresh pod helps when its state or its node is at fault, more room when it is overloaded.',
  helps: ['evictPod', 'rolloutRestart', 'scale', 'raiseHpaMax', 'rollback'],
  never: ['cordonNode', 'uncordonNode'],
  reportedFromRestarts: 2,
  toleranceMs: 0,
  shows: (question) => firstContainer(question, (container) => stopped(container, question)),
};

function stopped(container: Container, question: Question): string | undefined {
  const { lastTermination: last, restarts } = container;
  if (last === undefined || restarts === 0 || container.isInit) return undefined;
  if (last.reason !== 'Error' || !stoppedFromOutside.includes(last.exitCode)) return undefined;
  const withinMs = question.withinMs ?? recentMs;
  return isRecent(last.finishedAtMs, { ...question, withinMs })
    ? `was stopped and started again (exit code ${last.exitCode}), as a failing liveness probe does it`
    : undefined;
}
