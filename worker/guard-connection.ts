import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { GuardConnection } from '../activities/guard/client.ts';
import type { Recalled, Recollection } from '../domain/guard/recall.ts';
import type { GuardEffect, GuardState } from '../domain/guard/state.ts';
import { guardDecide, guardIncident, guardSignals, guardWorkflowId, queries } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';

/** A decision takes some 20 ms; what takes seconds is lost, and asked again. */
const deadlineMs = 3_000;
/** A run that has ended is replayed to answer a query. */
const recallDeadlineMs = 15_000;
/** Runs of a guard that are looked through for the latest memory. */
const runsRecalled = 20;

/** The guards of this Temporal namespace. */
export function guardConnection(client: Client): GuardConnection {
  const handleOf = (cluster: string) => client.workflow.getHandle(guardWorkflowId(cluster));
  const call = async <T>(cluster: string, what: string, work: () => Promise<T>, withinMs = deadlineMs): Promise<T> => {
    try {
      return await client.connection.withDeadline(Date.now() + withinMs, work);
    } catch (cause) {
      const why = cause instanceof WorkflowNotFoundError ? 'it does not run' : (cause as Error).message;
      throw new MendflowError('TEMPORAL_UNAVAILABLE', `${what} ${guardWorkflowId(cluster)}: ${why}`, { cause });
    }
  };
  const signal = (cluster: string, name: string, argument: unknown) =>
    call(cluster, 'no word to', () => handleOf(cluster).signal(name, argument));
  return {
    decide: (cluster, requests) =>
      call(cluster, 'no answer from', () => handleOf(cluster).executeUpdate(guardDecide, { args: [requests] })),
    incident: (cluster, report) =>
      call(cluster, 'no answer from', () => handleOf(cluster).executeUpdate(guardIncident, { args: [report] })),
    release: (cluster, release) => signal(cluster, guardSignals.releasePermit, release),
    saw: (cluster, sightings) => signal(cluster, guardSignals.sightings, sightings),
    refused: (cluster, refused) => signal(cluster, guardSignals.refused, refused),
    state: (cluster) => call(cluster, 'no state of', () => handleOf(cluster).query<GuardState>(queries.guardState)),
    recall: (cluster, runId) =>
      call(cluster, 'no memory of', () => recall(client, guardWorkflowId(cluster), runId), recallDeadlineMs),
  };
}

/** The latest memory among the runs before: Temporal answers queries on runs that have ended, by replaying them. */
async function recall(client: Client, workflowId: string, runId: string): Promise<Recalled> {
  let heard: GuardEffect[] = [];
  for (const earlier of await runsBefore(client, workflowId, runId)) {
    const memory = await client.workflow.getHandle(workflowId, earlier).query<Recollection>(queries.guardRecall);
    if (memory.isRestored) return { kind: 'found', runId: earlier, state: memory.state, heard };
    heard = [...memory.heard, ...heard];
  }
  return { kind: 'first', heard };
}

/** Run ids of the same workflow, the latest first. */
async function runsBefore(client: Client, workflowId: string, runId: string): Promise<string[]> {
  const runs: { runId: string; startedMs: number }[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'`, pageSize: runsRecalled })) {
    if (run.runId !== runId) runs.push({ runId: run.runId, startedMs: run.startTime.getTime() });
    if (runs.length >= runsRecalled) break;
  }
  return runs.sort((a, b) => b.startedMs - a.startedMs).map((run) => run.runId);
}

/** Why the guard is paused right now, or undefined. Rejects with TEMPORAL_UNAVAILABLE when it cannot be asked. */
export async function guardPause(
  connection: Pick<GuardConnection, 'state'>,
  cluster: string,
): Promise<string | undefined> {
  const { pauses } = await connection.state(cluster);
  const [pause] = pauses;
  return pause && `paused by ${pause.who}: ${pause.why}`;
}
