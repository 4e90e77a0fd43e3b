import type { Client } from '@temporalio/client';
import type { RemediationReport } from '../../domain/outcome.ts';
import type { HistoryEvent } from './marks.ts';

/** A run that has ended, with what it says about itself. */
export interface EndedRun {
  events: HistoryEvent[];
  report: RemediationReport;
}

type Attributes = Partial<{
  activityType: { name?: string | null } | null;
  signalName: string | null;
  scheduledEventId: unknown;
  initiatedEventId: unknown;
}>;

/** The kinds of events that the marks are made of, as they are called in a history. */
const read: Record<string, string> = {
  workflowExecutionStartedEventAttributes: 'WorkflowExecutionStarted',
  workflowTaskStartedEventAttributes: 'WorkflowTaskStarted',
  workflowExecutionSignaledEventAttributes: 'WorkflowExecutionSignaled',
  activityTaskScheduledEventAttributes: 'ActivityTaskScheduled',
  activityTaskStartedEventAttributes: 'ActivityTaskStarted',
  activityTaskCompletedEventAttributes: 'ActivityTaskCompleted',
  signalExternalWorkflowExecutionInitiatedEventAttributes: 'SignalExternalWorkflowExecutionInitiated',
  externalWorkflowExecutionSignaledEventAttributes: 'ExternalWorkflowExecutionSignaled',
};

/** Waits for the end of a run; rejects when it has not come within the limit. */
export async function endOf(client: Client, workflowId: string, limitMs: number): Promise<EndedRun> {
  const handle = client.workflow.getHandle(workflowId);
  const report = await client.withDeadline(Date.now() + limitMs, () => handle.result());
  const { events } = await handle.fetchHistory();
  return { report: report as RemediationReport, events: (events ?? []).map((event) => eventOf(event)) };
}

function eventOf(event: object): HistoryEvent {
  const { eventId, eventTime } = event as { eventId: unknown; eventTime: { seconds: unknown; nanos?: number } };
  const [field, attributes] = Object.entries(event).find(
    ([name, value]) => name.endsWith('EventAttributes') && value != null,
  ) ?? ['', {}];
  const { activityType, signalName, scheduledEventId, initiatedEventId } = attributes as Attributes;
  const name = activityType?.name ?? signalName;
  const of = scheduledEventId ?? initiatedEventId;
  return {
    id: Number(eventId),
    atMs: Number(eventTime.seconds) * 1_000 + (eventTime.nanos ?? 0) / 1e6,
    type: read[field] ?? field,
    ...(name == null ? {} : { name }),
    ...(of == null ? {} : { of: Number(of) }),
  };
}
