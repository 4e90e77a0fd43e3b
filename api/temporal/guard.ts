import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { guardSignals, guardTaskQueue, guardWorkflowId, queries, workflowTypes } from '../../domain/contract.ts';
import type { GuardState } from '../../domain/guard-state.ts';
import type { GuardPort } from '../ports.ts';
import { call } from './call.ts';

const deadlineMs = 4_000;
const answerWithinMs = 2_500;

/** The guard of a cluster. A message starts it where no worker has yet, so that a pause holds from the first moment. */
export function createGuard(client: Client, cluster: string): GuardPort {
  const workflowId = guardWorkflowId(cluster);
  const tell = async (signal: string, ...messages: unknown[]) => {
    await call(client, deadlineMs, `${signal} to ${workflowId}`, () =>
      client.workflow.signalWithStart(workflowTypes.guard, {
        workflowId,
        taskQueue: guardTaskQueue,
        args: [{}],
        signal,
        signalArgs: messages,
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    );
  };
  return {
    async view() {
      try {
        const state = await call(client, answerWithinMs, `query to ${workflowId}`, () =>
          client.workflow.getHandle(workflowId).query<GuardState>(queries.guardState),
        );
        return { cluster, state };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) {
          return { cluster, note: `The guard of ${cluster} has not been started; a hub worker starts it.` };
        }
        return {
          cluster,
          note: `The guard does not answer (${error instanceof Error ? error.message : String(error)}).`,
        };
      }
    },
    truncated: (truncated) => tell(guardSignals.truncated, truncated),
    unknownCluster: (unknown) => tell(guardSignals.unknownCluster, unknown),
    pause: (pause) => tell(guardSignals.pause, pause),
    resume: (resume) => tell(guardSignals.resume, resume),
    reset: (reset) => tell(guardSignals.resetWorkload, reset),
  };
}
