import type { SeenRun } from '../../../bench/act-latency/history.ts';
import type { RunStatus } from '../../../domain/run/status.ts';

/** A run as the bench reads it: it waits for the guard unless the test says otherwise. */
export function aSeenRun(status: Partial<RunStatus> = {}): SeenRun {
  return {
    workflowId: 'remediation/default/PodCrashLooping/f1',
    events: [{ id: 1, atMs: 1_000, type: 'WorkflowExecutionStarted' }],
    status: {
      ...{ phase: 'AwaitingPermit', waitingFor: 'the guard', summary: 'bench/shop-1 CrashLoopBackOff' },
      ...{ alertname: 'PodCrashLooping', fingerprint: 'f1' },
      ...{ ladder: [], steps: [], segments: {}, timeline: [], joined: [], verdicts: [] },
      ...status,
    },
  };
}
