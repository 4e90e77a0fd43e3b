import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { testRun } from '../../support/permitted.ts';

interface Attempt {
  isLocal?: boolean;
  workflowType?: string;
  workflowExecution?: { workflowId: string; runId: string };
  attempt?: number;
  /** What the attempt before sent as its last heartbeat. */
  heartbeatDetails?: unknown;
  scheduledTimestampMs?: number;
  currentAttemptScheduledTimestampMs?: number;
  startToCloseTimeoutMs?: number;
}

/** Runs an activity as Temporal would; `heartbeats` are the details it sent, `cancel` asks it to stop. */
export function startActivity<I, O>(activity: (input: I) => Promise<O>, input: I, info: Attempt = {}) {
  const { scheduledTimestampMs: scheduledMs } = info;
  const times = scheduledMs === undefined ? {} : { currentAttemptScheduledTimestampMs: scheduledMs };
  const environment = new MockActivityEnvironment(
    { workflowExecution: testRun, ...times, ...info },
    { logger: new DefaultLogger('ERROR') },
  );
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  return { result: environment.run(activity, input) as Promise<O>, heartbeats, cancel: () => environment.cancel() };
}
