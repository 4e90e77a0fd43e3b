import { ApplicationFailure } from '@temporalio/common';
import type { GuardConnection } from '../activities/guard/client.ts';
import type { Recalled, Recollection } from '../domain/guard/recall.ts';
import type { GuardEffect, GuardState } from '../domain/guard/state.ts';
import {
  guardDecide,
  guardIncident,
  guardSignals,
  guardTaskQueue,
  guardWorkflowId,
  queries,
} from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { Execution } from './temporal/execution.ts';
import { executionContexts } from './temporal/execution-context.ts';
import type { Server } from './temporal/server.ts';

/** As the worker's own connection has it. */
const deadlineMs = 5_000;

/** The way of one process to the guards; once the process has died, nothing of it reaches them. */
export function guardConnection(server: Server, isAlive: () => boolean): GuardConnection {
  const call = <T>(cluster: string, work: (guard: string) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!isAlive() || executionContexts.getStore()?.isDead) return;
      const guard = guardWorkflowId(cluster);
      const fail = (why: string) =>
        reject(new MendflowError('TEMPORAL_UNAVAILABLE', `no answer from ${guard}: ${why}`));
      const timer = server.clock.after(deadlineMs, () => fail('it takes too long'));
      work(guard).then(
        (answer) => {
          server.clock.cancel(timer);
          if (isAlive()) resolve(answer);
        },
        (error: Error) => fail(error.message),
      );
    });
  return {
    decide: (cluster, requests) =>
      call(cluster, (guard) => server.update(guard, guardDecide, [requests]) as ReturnType<GuardConnection['decide']>),
    release: (cluster, release) => call(cluster, (guard) => server.signal(guard, guardSignals.releasePermit, release)),
    saw: (cluster, sightings) => call(cluster, (guard) => server.signal(guard, guardSignals.sightings, sightings)),
    refused: (cluster, refused) => call(cluster, (guard) => server.signal(guard, guardSignals.refused, refused)),
    incident: (cluster, report) =>
      call(
        cluster,
        (guard) => server.update(guard, guardIncident, [report]) as ReturnType<GuardConnection['incident']>,
      ),
    state: (cluster) => call(cluster, (guard) => stateOf(server, guard)),
    recall: (cluster, runId) => call(cluster, async (guard) => recall(server, guard, runId)),
  };
}

/** A query is answered by the guard's worker: not while that is down. */
function stateOf(server: Server, guard: string): Promise<GuardState> {
  const { clock, faultInjection } = server;
  const atMs = Math.max(clock.nowMs + faultInjection.latencyMs(), server.upAtMs(guardTaskQueue));
  return new Promise((resolve, reject) => {
    clock.at(atMs, () => {
      try {
        resolve(server.query(guard, queries.guardState) as GuardState);
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** The latest memory among the runs that have ended. */
function recall(server: Server, guard: string, runId: string): Recalled {
  let heard: GuardEffect[] = [];
  const earlier = server.executions.filter((run) => run.workflowId === guard && run.runId !== runId && run.hasBegun);
  for (const run of earlier.reverse()) {
    const memory = server.queryRun(run, queries.guardRecall) as Recollection;
    if (memory.isRestored) return { kind: 'found', runId: run.runId, state: memory.state, heard };
    heard = [...memory.heard, ...heard];
  }
  return { kind: 'first', heard };
}

/** What a guard knows; undefined while it looks for the memory of those before it. */
export function memoryOf(guard: Execution): GuardState | undefined {
  try {
    return guard.instance.answer(queries.guardState, []) as GuardState;
  } catch (error) {
    if (error instanceof ApplicationFailure) return undefined;
    throw error;
  }
}
