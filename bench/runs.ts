import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { type SearchAttributeName, workflowTypes } from '../domain/run/contract.ts';

/** A run as Temporal lists it. */
export interface ListedRun {
  workflowId: string;
  runId: string;
  /** Events of its history; 0 while it runs. */
  events: number;
  startedAtMs: number;
  /** Absent while it runs. */
  closedAtMs?: number;
  /** How Temporal says it ended: COMPLETED, or what must not be. */
  status: string;
  phase?: string;
  /** Absent when it ended before it looked at the cluster. */
  policy?: string;
  outcome?: string;
  reason?: string;
}

const ofType = `WorkflowType = '${workflowTypes.remediation}'`;
const pageSize = 1_000;

/** Every run that Temporal knows of, closed or not. */
export async function listRuns(client: Client): Promise<ListedRun[]> {
  const runs: ListedRun[] = [];
  for await (const run of client.workflow.list({ query: ofType, pageSize })) runs.push(listed(run));
  return runs;
}

/** How many runs are still to be decided: they are neither closed nor wait for a person. */
export async function undecidedRuns(client: Client): Promise<number> {
  const query = `${ofType} AND ExecutionStatus = 'Running' AND Phase != 'Escalated'`;
  return (await client.workflow.count(query)).count;
}

function listed(run: WorkflowExecutionInfo): ListedRun {
  const { workflowId, runId, historyLength: events, startTime, closeTime, status } = run;
  const attribute = (name: SearchAttributeName) =>
    run.typedSearchAttributes.get(defineSearchAttributeKey(name, 'KEYWORD'));
  const [phase, policy] = [attribute('Phase'), attribute('Policy')];
  const [outcome, reason] = [attribute('Outcome'), attribute('Reason')];
  return {
    ...{ workflowId, runId, events, startedAtMs: startTime.getTime(), status: status.name },
    ...(closeTime && { closedAtMs: closeTime.getTime() }),
    ...(phase !== undefined && { phase }),
    ...(policy !== undefined && { policy }),
    ...(outcome !== undefined && { outcome }),
    ...(reason !== undefined && { reason }),
  };
}
