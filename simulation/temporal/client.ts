// Not from the package's index: the simulation needs nothing else of the client.
import { ServiceError, WorkflowUpdateFailedError } from '@temporalio/client/lib/errors.js';
import { WorkflowNotFoundError } from '@temporalio/common';
import { executionContexts } from './execution-context.ts';
import { type Server, WorkflowNotFound } from './server.ts';

/** A failure as the client of a real server gives it. */
export function asClientError(error: unknown): unknown {
  return error instanceof WorkflowNotFound ? new WorkflowNotFoundError(error.message, '', undefined) : error;
}

/** The failure of an update as the client of a real server gives it. */
export function asUpdateError(error: Error): unknown {
  if (error instanceof WorkflowNotFound) return asClientError(error);
  return new WorkflowUpdateFailedError('Workflow Update failed', error);
}

/**
 * What a process has of Temporal's client, over the simulated server. Once the process has died, nothing of it reaches
 * the server, and nothing of the server reaches it.
 */
export function simulatedClient(server: Server, isAlive: () => boolean) {
  const { clock } = server;
  return {
    withDeadline: <T>(deadline: number, work: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        if (!isAlive() || executionContexts.getStore()?.isDead) return;
        const timer = clock.at(deadline, () => reject(deadlineExceeded()));
        const done = (settle: () => void) => {
          clock.cancel(timer);
          if (isAlive()) settle();
        };
        work().then(
          (answer) => done(() => resolve(answer)),
          (error: Error) => done(() => reject(error)),
        );
      }),
    workflow: {
      getHandle: (workflowId: string, runId?: string) => handleOf(server, workflowId, runId),
      list: ({ query }: { query: string }) => runsIn(server, query),
    },
  };
}

function handleOf(server: Server, workflowId: string, runId: string | undefined) {
  return {
    signal: (name: string, argument: unknown) =>
      server.signal(workflowId, name, argument).catch((error) => Promise.reject(asClientError(error))),
    executeUpdate: <Answer>(name: string, { args }: { args: [unknown] }) =>
      server.update(workflowId, name, args).catch((error) => Promise.reject(asUpdateError(error))) as Promise<Answer>,
    query: <Answer>(name: string) => queried(server, { workflowId, runId }, name) as Promise<Answer>,
  };
}

/** A query is answered by the workflow's worker: not while that is down. */
function queried(
  server: Server,
  { workflowId, runId }: { workflowId: string; runId: string | undefined },
  name: string,
): Promise<unknown> {
  const { clock, faultInjection } = server;
  const find = () =>
    runId === undefined ? server.find(workflowId) : server.executions.find((run) => run.runId === runId);
  const atMs = Math.max(clock.nowMs + faultInjection.latencyMs(), server.upAtMs(find()?.taskQueue ?? ''));
  return new Promise((resolve, reject) => {
    clock.at(atMs, () => {
      try {
        const run = find();
        if (run === undefined) throw server.notFound(workflowId);
        resolve(run.instance.answer(name, []));
      } catch (error) {
        reject(asClientError(error));
      }
    });
  });
}

const byWorkflowId = /^WorkflowId = '([^']+)'$/;

/** Runs of one workflow id, the latest first; one whose code has not begun has nothing to say yet. */
async function* runsIn(server: Server, query: string): AsyncGenerator<{ runId: string; startTime: Date }> {
  const workflowId = byWorkflowId.exec(query)?.[1];
  if (workflowId === undefined) throw new Error(`the simulated Temporal does not know the query ${query}`);
  const runs = server.executions.filter((run) => run.workflowId === workflowId && run.hasBegun);
  for (const { runId, startedAtMs } of runs.reverse()) yield { runId, startTime: new Date(startedAtMs) };
}

/** As gRPC says it. */
function deadlineExceeded(): ServiceError {
  const cause = Object.assign(new Error('4 DEADLINE_EXCEEDED'), {
    code: 4,
    details: 'Deadline exceeded',
    metadata: {},
  });
  return new ServiceError('Deadline exceeded', { cause });
}
