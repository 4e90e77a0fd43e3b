import { type Client, isGrpcServiceError, type WorkflowHandle } from '@temporalio/client';
import { queries } from '../../domain/run/contract.ts';
import type { RemediationReport } from '../../domain/run/outcome.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import type { HistoryEvent } from './marks.ts';

/** A run that has ended, with what it says about itself. */
export interface EndedRun {
  events: HistoryEvent[];
  report: RemediationReport;
}

/** A run as it stood when the bench stopped waiting for it. */
export interface SeenRun {
  workflowId: string;
  events: HistoryEvent[];
  status: RunStatus;
  /** Absent while the run is open. */
  report?: RemediationReport;
}

/** gRPC's own number for a call whose deadline passed. */
const deadlineExceeded = 4;

type Attributes = Partial<{
  activityType: { name?: string | null } | null;
  signalName: string | null;
  scheduledEventId: unknown;
  details: Record<string, { payloads?: { data?: Uint8Array }[] }>;
}>;

/** The kinds of events that the marks are made of, as they are called in a history. */
const read: Record<string, string> = {
  workflowExecutionStartedEventAttributes: 'WorkflowExecutionStarted',
  workflowTaskStartedEventAttributes: 'WorkflowTaskStarted',
  workflowExecutionSignaledEventAttributes: 'WorkflowExecutionSignaled',
  activityTaskScheduledEventAttributes: 'ActivityTaskScheduled',
  activityTaskStartedEventAttributes: 'ActivityTaskStarted',
  activityTaskCompletedEventAttributes: 'ActivityTaskCompleted',
  markerRecordedEventAttributes: 'LocalActivityCompleted',
};

const pollMs = 1_000;

/**
 * Waits until the run has ended or has handed over to a person, at most for the limit, and reads it. Rejects when there is
 * no such run or Temporal does not answer.
 */
export async function settledRun(client: Client, workflowId: string, limitMs: number): Promise<SeenRun> {
  const handle = client.workflow.getHandle(workflowId);
  const endMs = Date.now() + limitMs;
  let report: RemediationReport | undefined;
  let status: RunStatus | undefined;
  do {
    const result = client.withDeadline(Math.min(endMs, Date.now() + pollMs), () => handle.result());
    report = (await result.catch(stillOpen)) as RemediationReport | undefined;
    status = await handle.query<RunStatus>(queries.status);
  } while (report === undefined && status.phase !== 'Escalated' && Date.now() < endMs);
  return {
    ...{ workflowId, status, events: await eventsOf(handle) },
    ...(report === undefined ? {} : { report }),
  };
}

/** Waits for the end of a run; rejects when it has not come within the limit. */
export async function endOf(client: Client, workflowId: string, limitMs: number): Promise<EndedRun> {
  const handle = client.workflow.getHandle(workflowId);
  const report = await client.withDeadline(Date.now() + limitMs, () => handle.result());
  return { report: report as RemediationReport, events: await eventsOf(handle) };
}

async function eventsOf(handle: WorkflowHandle): Promise<HistoryEvent[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).map((event) => eventOf(event));
}

/** The wait for a result ended before the run did; every other failure is passed on. */
function stillOpen(error: unknown): undefined {
  // The client wraps what gRPC said.
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!isGrpcServiceError(cause) || cause.code !== deadlineExceeded) throw error;
  return undefined;
}

/** The name of the local activity that a marker records. */
function localActivity(data: Uint8Array | undefined): string | undefined {
  if (data === undefined) return undefined;
  return (JSON.parse(Buffer.from(data).toString()) as { activity_type?: string }).activity_type;
}

function eventOf(event: object): HistoryEvent {
  const { eventId, eventTime } = event as { eventId: unknown; eventTime: { seconds: unknown; nanos?: number } };
  const [field, attributes] = Object.entries(event).find(
    ([name, value]) => name.endsWith('EventAttributes') && value != null,
  ) ?? ['', {}];
  const { activityType, signalName, scheduledEventId: of, details } = attributes as Attributes;
  const name = activityType?.name ?? signalName ?? localActivity(details?.data?.payloads?.[0]?.data);
  return {
    id: Number(eventId),
    atMs: Number(eventTime.seconds) * 1_000 + (eventTime.nanos ?? 0) / 1e6,
    type: read[field] ?? field,
    ...(name == null ? {} : { name }),
    ...(of == null ? {} : { of: Number(of) }),
  };
}
