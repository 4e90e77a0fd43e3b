import { randomUUID } from 'node:crypto';
import { type Client, isGrpcServiceError, ServiceError, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, defaultPayloadConverter, TimeoutFailure } from '@temporalio/common';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Explanation } from '../../domain/analysis/explain.ts';
import { explanationWorkflowId, hubTaskQueue, workflowTypes } from '../../domain/run/contract.ts';
import { type ErrorCode, errors, MendflowError } from '../../domain/run/errors.ts';
import { summaryText } from '../../domain/text/plain-text.ts';
import { call } from '../../temporal/call.ts';
import type { ExplainPort } from '../ports.ts';

const deadlineMs = 4_000;
/** gRPC status codes. */
const grpc = { cancelled: 1, deadlineExceeded: 4, notFound: 5 } as const;
/** A question that is held open to its deadline ends as either. */
const silences: readonly number[] = [grpc.cancelled, grpc.deadlineExceeded];
/** The look itself has six of these seconds, the guard and the play less than four. */
const answerWithinMs = 10_000;

/** Explains by a short workflow of its own, which ends by itself whether or not somebody still waits for it. */
export function createExplain(client: Client): ExplainPort {
  return {
    async explain(alert) {
      const { cluster } = alert;
      const workflowId = explanationWorkflowId(cluster, randomUUID());
      const handle = await call(client, deadlineMs, `start of ${workflowId}`, () =>
        client.workflow.start(workflowTypes.explanation, {
          ...{ workflowId, taskQueue: hubTaskQueue, args: [{ alert }], workflowExecutionTimeout: '20s' },
          staticSummary: `Explains ${summaryText(alert.alertname)}; changes nothing`,
        }),
      );
      try {
        return await call(
          client,
          answerWithinMs,
          `result of ${workflowId}`,
          () => handle.result() as Promise<Explanation>,
        );
      } catch (error) {
        throw troubleOf(error, cluster);
      }
    },
    alertOf: (id, runId) => alertOf(client, id, runId),
  };
}

function troubleOf(error: unknown, cluster: string): unknown {
  if (isSilence(error)) {
    const detail = `No hub worker answered within ${answerWithinMs / 1_000} s.`;
    return new MendflowError('WORKER_UNAVAILABLE', detail, { cause: error });
  }
  if (!(error instanceof WorkflowFailedError)) return error;
  const failure = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
  if (failure instanceof TimeoutFailure) {
    const what = failure.timeoutType === 'SCHEDULE_TO_START' ? 'took it up' : 'finished a look';
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

/** The first event of a run's history holds what it was started with. */
async function alertOf(client: Client, workflowId: string, runId?: string): Promise<Alert> {
  const execution = { workflowId, ...(runId === undefined ? {} : { runId }) };
  const beginning = async () => {
    try {
      const page = { namespace: client.options.namespace, execution, maximumPageSize: 1 };
      const { history } = await client.workflowService.getWorkflowExecutionHistory(page);
      return history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === grpc.notFound) return undefined;
      throw error;
    }
  };
  const started = await call(client, deadlineMs, `beginning of ${workflowId}`, beginning);
  const payload = started?.input?.payloads?.[0];
  if (payload == null || started?.workflowType?.name !== workflowTypes.remediation) {
    throw new MendflowError('NOT_FOUND', `There is no run ${workflowId}${runId ? ` (${runId})` : ''}.`);
  }
  return defaultPayloadConverter.fromPayload<{ alert: Alert }>(payload).alert;
}
