import { ActivityFailure } from '@temporalio/common';
import type { Command, End } from './commands.ts';
import { type Attributes, failureOf, fields, payload, payloads, seconds } from './history-payloads.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** Writes the events of one run, and knows their ids by what they are about. */
export interface EventWriter {
  readonly run: { readonly runId: string; readonly type: string; readonly taskQueue: string };
  /** Writes an event; gives its id. */
  add(type: string, attributes: Attributes, more?: Attributes): string;
  note(about: string, eventId: string): void;
  id(about: string): string;
}

/** Writes the event of something that the code asked for. */
export function writeCommand(writer: EventWriter, command: Command): unknown {
  const by = { workflowTaskCompletedEventId: writer.id('taskCompleted') };
  const { kind, seq } = command;
  switch (kind) {
    case 'timer':
      return writer.note(
        `timer ${seq}`,
        writer.add('TIMER_STARTED', { timerId: String(seq), startToFireTimeout: seconds(command.ms), ...by }),
      );
    case 'cancelTimer':
      writer.add('TIMER_CANCELED', { timerId: String(seq), startedEventId: writer.id(`timer ${seq}`), ...by });
      return;
    case 'activity':
      return scheduled(writer, command, by);
    case 'cancelActivity':
      return writer.note(
        `cancel of activity ${seq}`,
        writer.add('ACTIVITY_TASK_CANCEL_REQUESTED', { scheduledEventId: writer.id(`activity ${seq}`), ...by }),
      );
    case 'marker':
      return marker(writer, command, by);
    case 'signal':
    case 'child':
      return initiated(writer, command, by);
    case 'attributes':
      writer.add('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', {
        ...by,
        searchAttributes: { indexedFields: fields(command.pairs) },
      });
      return;
    case 'patch':
      writer.add('MARKER_RECORDED', {
        markerName: 'core_patch',
        details: { 'patch-data': payloads({ id: command.id, deprecated: command.isDeprecated }) },
        ...by,
      });
      return;
    case 'accept':
    case 'answer':
      return update(writer, command);
    case 'close':
      closed(writer, command.end, by);
  }
}

function scheduled(writer: EventWriter, { seq, name, args, bounds, summary }: Of<'activity'>, by: Attributes): void {
  const { taskQueue = writer.run.taskQueue, startToCloseMs, scheduleToCloseMs, heartbeatMs } = bounds;
  const timeouts = {
    ...(Number.isFinite(startToCloseMs) ? { startToCloseTimeout: seconds(startToCloseMs) } : {}),
    ...(Number.isFinite(scheduleToCloseMs) ? { scheduleToCloseTimeout: seconds(scheduleToCloseMs) } : {}),
    ...(heartbeatMs === undefined ? {} : { heartbeatTimeout: seconds(heartbeatMs) }),
  };
  const attributes = {
    activityId: String(seq),
    activityType: { name },
    taskQueue: { name: taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
    header: {},
    input: payloads(...args),
    ...timeouts,
    ...by,
  };
  const more = summary === undefined ? {} : { userMetadata: { summary: payload(summary) } };
  writer.note(`activity ${seq}`, writer.add('ACTIVITY_TASK_SCHEDULED', attributes, more));
}

function marker(
  writer: EventWriter,
  { seq, name, attempt, scheduledAtMs, endedAtMs, ...end }: Of<'marker'>,
  by: Attributes,
): void {
  const at = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 });
  const data = {
    seq,
    attempt,
    activity_id: String(seq),
    activity_type: name,
    complete_time: at(endedAtMs),
    backoff: null,
    original_schedule_time: at(scheduledAtMs),
  };
  const cause = end.failure instanceof ActivityFailure ? end.failure.cause : end.failure;
  writer.add('MARKER_RECORDED', {
    markerName: 'core_local_activity',
    details: { data: payloads(data), ...('failure' in end ? {} : { result: payloads(end.value) }) },
    ...by,
    ...('failure' in end ? { failure: failureOf(cause) } : {}),
  });
}

function initiated(writer: EventWriter, command: Of<'signal' | 'child'>, by: Attributes): void {
  const { kind, seq, workflowId, args } = command;
  writer.note(`name of ${kind} ${seq}`, workflowId);
  const about = { namespace: 'default', input: payloads(...args), header: {}, ...by };
  if (kind === 'signal') {
    const workflowExecution = { workflowId, runId: command.runId ?? '' };
    const attributes = { ...about, workflowExecution, signalName: command.name, control: '' };
    writer.note(`signal ${seq}`, writer.add('SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED', attributes));
    return;
  }
  writer.note(`type of child ${seq}`, command.type);
  const attributes = {
    ...about,
    workflowId,
    workflowType: { name: command.type },
    taskQueue: { name: command.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
    parentClosePolicy: `PARENT_CLOSE_POLICY_${command.isAbandoned ? 'ABANDON' : 'TERMINATE'}`,
  };
  writer.note(`child ${seq}`, writer.add('START_CHILD_WORKFLOW_EXECUTION_INITIATED', attributes));
}

function update(writer: EventWriter, command: Of<'accept' | 'answer'>): void {
  const { id, name, args } = command.update;
  const meta = { updateId: id };
  if (command.kind === 'accept') {
    const attributes = {
      protocolInstanceId: id,
      acceptedRequestMessageId: `${id}/request`,
      acceptedRequestSequencingEventId: writer.id('taskScheduled'),
      acceptedRequest: { meta, input: { header: {}, name, args: payloads(...args) } },
    };
    writer.note(`update ${id}`, writer.add('WORKFLOW_EXECUTION_UPDATE_ACCEPTED', attributes));
    return;
  }
  const outcome = 'failure' in command ? { failure: failureOf(command.failure) } : { success: payloads(command.value) };
  const acceptedEventId = writer.id(`update ${id}`);
  writer.add('WORKFLOW_EXECUTION_UPDATE_COMPLETED', { meta, acceptedEventId, outcome });
}

function closed(writer: EventWriter, end: End, by: Attributes): void {
  switch (end.status) {
    case 'completed':
      writer.add('WORKFLOW_EXECUTION_COMPLETED', { result: payloads(end.result), ...by });
      return;
    case 'failed':
      writer.add('WORKFLOW_EXECUTION_FAILED', { failure: failureOf(end.failure), ...by });
      return;
    case 'cancelled':
      writer.add('WORKFLOW_EXECUTION_CANCELED', by);
      return;
    case 'continuedAsNew': {
      const { type, taskQueue } = writer.run;
      const next = { workflowType: { name: type }, taskQueue: { name: taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' } };
      writer.add('WORKFLOW_EXECUTION_CONTINUED_AS_NEW', {
        newExecutionRunId: `after-${writer.run.runId}`,
        ...next,
        input: payloads(...end.args),
        ...by,
      });
      return;
    }
    default:
      end satisfies never;
  }
}
