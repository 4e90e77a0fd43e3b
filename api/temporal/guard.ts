import { randomUUID } from 'node:crypto';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type GuardOrderKind, signOrder } from '../../domain/guard/order.ts';
import type { GuardState } from '../../domain/guard/state.ts';
import { guardSignals, guardTaskQueue, guardWorkflowId, queries, workflowTypes } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { keyMissing, type SigningKeys } from '../../domain/run/signing.ts';
import { call } from '../../temporal/call.ts';
import type { GuardPort } from '../ports.ts';

const deadlineMs = 4_000;
const answerWithinMs = 2_500;

/** Whose guard, and what signs the orders that make it less careful. */
interface GuardSettings {
  cluster: string;
  keys: SigningKeys;
  /** Unix ms. */
  now: () => number;
}

/** The guard of a cluster. A message starts it where no worker has yet, so that a pause holds from the first moment. */
export function createGuard(client: Client, { cluster, keys, now }: GuardSettings): GuardPort {
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
  const signed = <Given extends { id: string; who: string; why: string }>(kind: GuardOrderKind, order: Given) => {
    // The guard would refuse it, and nobody would learn of it.
    if (keys.length === 0) throw new MendflowError('NOT_SIGNED', keyMissing);
    return signOrder(keys, { cluster, kind }, { ...order, at: new Date(now()).toISOString() });
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
    async alerting(ofCluster, sightings) {
      const guardId = guardWorkflowId(ofCluster);
      try {
        await call(client, deadlineMs, `${guardSignals.alerting} to ${guardId}`, () =>
          client.workflow.getHandle(guardId).signal(guardSignals.alerting, sightings),
        );
      } catch (error) {
        // It counts what runs ask it, once it has begun.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
    truncated: (truncated) => tell(guardSignals.truncated, truncated),
    unknownCluster: (unknown) => tell(guardSignals.unknownCluster, unknown),
    pause: (pause) => tell(guardSignals.pause, pause),
    resume: async (order) => tell(guardSignals.resume, signed('resume', order)),
    reset: async (order) => tell(guardSignals.resetWorkload, signed('reset', { id: randomUUID(), ...order })),
  };
}
