import { type Client, isGrpcServiceError, ServiceError, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { hubTaskQueue } from '../../domain/run/contract.ts';
import { type ErrorCode, errors, MendflowError } from '../../domain/run/errors.ts';
import { call } from '../../temporal/call.ts';

const deadlineMs = 4_000;
/** gRPC status codes. */
const grpc = { cancelled: 1, deadlineExceeded: 4 } as const;
/** A question that is held open to its deadline ends as either. */
const silences: readonly number[] = [grpc.cancelled, grpc.deadlineExceeded];
/** The worker of the cluster has six of these seconds; where the guard is asked as well, that takes less than four. */
const answerWithinMs = 10_000;

/** What a worker of the cluster is asked by a workflow of its own. */
interface Question {
  type: string;
  workflowId: string;
  input: object;
  /** As the Web UI shows it. */
  summary: string;
  cluster: string;
}

/**
 * Asks by a short workflow, which ends by itself whether or not somebody still waits for it. Throws WORKER_UNAVAILABLE
 * when nobody answers within ten seconds, and the error that the worker's own answer failed with.
 */
export async function ask<T>(client: Client, { type, workflowId, input, summary, cluster }: Question): Promise<T> {
  const handle = await call(client, deadlineMs, `start of ${workflowId}`, () =>
    client.workflow.start(type, {
      ...{ workflowId, taskQueue: hubTaskQueue, args: [input], workflowExecutionTimeout: '20s' },
      staticSummary: summary,
    }),
  );
  try {
    return await call(client, answerWithinMs, `result of ${workflowId}`, () => handle.result() as Promise<T>);
  } catch (error) {
    throw troubleOf(error, cluster);
  }
}

function troubleOf(error: unknown, cluster: string): unknown {
  if (isSilence(error)) {
    const detail = `No hub worker answered within ${answerWithinMs / 1_000} s.`;
    return new MendflowError('WORKER_UNAVAILABLE', detail, { cause: error });
  }
  if (!(error instanceof WorkflowFailedError)) return error;
  const failure = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
  if (failure instanceof TimeoutFailure) {
    const what = failure.timeoutType === 'SCHEDULE_TO_START' ? 'took it up' : 'answered';
    return new MendflowError('WORKER_UNAVAILABLE', `No worker of the cluster ${cluster} ${what} in time.`, {
      cause: error,
    });
  }
  const type = failure instanceof ApplicationFailure ? (failure.type ?? '') : '';
  const code = type in errors ? (type as ErrorCode) : 'INTERNAL';
  return new MendflowError(code, failure?.message ?? error.message, { cause: error });
}

/** Temporal itself held the question open to the end, so it is there, and nobody polls. */
function isSilence(error: unknown): boolean {
  const cause = error instanceof MendflowError ? error.cause : undefined;
  const source = cause instanceof ServiceError ? cause.cause : cause;
  return isGrpcServiceError(source) && silences.includes(source.code);
}
