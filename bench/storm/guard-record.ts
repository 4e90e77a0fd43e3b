import type { Client } from '@temporalio/client';
import type { GuardState } from '../../domain/guard/state.ts';
import { guardWorkflowId, queries } from '../../domain/run/contract.ts';

/** What the storm left behind in the guard. */
export interface GuardRecord {
  /** Events of all its runs together, and how many runs it took. */
  events: number;
  runs: number;
  /** Its memory as JSON. */
  stateBytes: number;
  /** Workloads that it knows to alert. */
  alerting: number;
  /** Absent while the breaker is closed. */
  storm?: GuardState['storm'];
}

/** Asks the guard, and Temporal about it. */
export async function readGuard(client: Client, cluster: string): Promise<GuardRecord> {
  const workflowId = guardWorkflowId(cluster);
  const handle = client.workflow.getHandle(workflowId);
  const state = await handle.query<GuardState>(queries.guardState);
  const { historyLength, runId } = await handle.describe();
  let [events, runs] = [historyLength, 1];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    if (run.runId === runId) continue;
    events += run.historyLength;
    runs += 1;
  }
  const stateBytes = Buffer.byteLength(JSON.stringify(state));
  return { events, runs, stateBytes, alerting: state.alerting.length, ...(state.storm && { storm: state.storm }) };
}
