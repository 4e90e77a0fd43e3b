import { type Client, WorkflowContinuedAsNewError } from '@temporalio/client';
import { arrayFromPayloads, defaultPayloadConverter } from '@temporalio/common';
import type { RemediationReport } from '../../domain/run/outcome.ts';
import { call } from '../../temporal/call.ts';

const deadlineMs = 4_000;
/** HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT. */
const closeEventOnly = 2;

/**
 * The report of an ended run; undefined where the run only cut its history and goes on. An episode that handed on to the
 * next one has no result of its own: its report is the `before` of what it continued with. Throws WorkflowFailedError for
 * a run that ended without a report.
 */
export async function reportOf(client: Client, id: string, runId: string): Promise<RemediationReport | undefined> {
  try {
    return await call(client, deadlineMs, `result of ${id}`, () =>
      client.workflow.result<(input: unknown) => Promise<RemediationReport>>(id, runId, { followRuns: false }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowContinuedAsNewError)) throw error;
    return handedOn(client, id, runId);
  }
}

async function handedOn(client: Client, id: string, runId: string): Promise<RemediationReport | undefined> {
  const { history } = await call(client, deadlineMs, `end of ${id}`, () =>
    client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId: id, runId },
      historyEventFilterType: closeEventOnly,
    }),
  );
  const end = history?.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
  const [input] = arrayFromPayloads(defaultPayloadConverter, end?.input?.payloads) as [
    { before?: RemediationReport } | undefined,
  ];
  return input?.before;
}
