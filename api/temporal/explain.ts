import { randomUUID } from 'node:crypto';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Explanation } from '../../domain/analysis/explain.ts';
import { explanationWorkflowId, workflowTypes } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { summaryText } from '../../domain/text/plain-text.ts';
import { call } from '../../temporal/call.ts';
import type { ExplainPort } from '../ports.ts';
import { ask } from './ask.ts';

const deadlineMs = 4_000;
/** gRPC status codes. */
const grpc = { notFound: 5 } as const;

/** Explains by a short workflow of its own, which ends by itself whether or not somebody still waits for it. */
export function createExplain(client: Client): ExplainPort {
  return {
    async explain(alert) {
      const { alertname, cluster } = alert;
      return ask<Explanation>(client, {
        ...{ type: workflowTypes.explanation, workflowId: explanationWorkflowId(cluster, randomUUID()), cluster },
        ...{ input: { alert }, summary: `Explains ${summaryText(alertname)}; changes nothing` },
      });
    },
    alertOf: (id, runId) => alertOf(client, id, runId),
  };
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
