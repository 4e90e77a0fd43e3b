import { ActivityFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import type { Job } from './commands.ts';
import type { Execution } from './execution.ts';
import { type EventWriter, writeCommand } from './history-commands.ts';
import { type Attributes, failureOf, payloads } from './history-payloads.ts';

/** An event as protobuf's JSON has it. */
export interface HistoryEvent {
  eventId: string;
  eventTime: string;
  eventType: string;
  [attributes: string]: unknown;
}

const timestamp = (ms: number) => new Date(ms).toISOString();

/** The history of a run as a real server would give it, for the SDK's own replayer. */
export function historyOf(run: Execution): HistoryEvent[] {
  return new Writer(run).write();
}

/** Writes the events of one run, one after the other. */
class Writer implements EventWriter {
  readonly run: Execution;
  readonly #events: HistoryEvent[] = [];
  /** Event ids by what they are about. */
  readonly #ids = new Map<string, string>();
  #nowMs: number;

  constructor(run: Execution) {
    this.run = run;
    this.#nowMs = run.startedAtMs;
  }

  write(): HistoryEvent[] {
    this.#begin();
    for (const entry of this.run.history.entries) {
      this.#nowMs = entry.atMs;
      if (entry.type === 'job') this.#job(entry.job);
      else if (entry.type === 'command') writeCommand(this, entry.command);
      else if (entry.type === 'terminated') this.add('WORKFLOW_EXECUTION_TERMINATED', { reason: 'terminated' });
      else this.#task(entry.type);
    }
    return this.#events;
  }

  /** Writes an event; gives its id. */
  add(type: string, attributes: Attributes, more: Attributes = {}): string {
    const eventId = String(this.#events.length + 1);
    const name = type.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    this.#events.push({
      eventId,
      eventTime: timestamp(this.#nowMs),
      eventType: `EVENT_TYPE_${type}`,
      ...more,
      [`${name}EventAttributes`]: attributes,
    });
    return eventId;
  }

  /** Notes the id of the event under what it is about. */
  note(about: string, eventId: string): void {
    this.#ids.set(about, eventId);
  }

  /** The id of the event that is about it. */
  id(about: string): string {
    return this.#ids.get(about) ?? '0';
  }

  #begin(): void {
    const { type, taskQueue, args, runId, firstRunId, workflowId, history } = this.run;
    const { continuedRunId } = history.options;
    this.add('WORKFLOW_EXECUTION_STARTED', {
      workflowType: { name: type },
      taskQueue: { name: taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
      input: payloads(...args),
      workflowTaskTimeout: '10s',
      originalExecutionRunId: runId,
      firstExecutionRunId: firstRunId,
      ...(continuedRunId === undefined ? {} : { continuedExecutionRunId: continuedRunId }),
      attempt: 1,
      firstWorkflowTaskBackoff: '0s',
      header: {},
      workflowId,
    });
  }

  #task(type: 'taskScheduled' | 'taskStarted' | 'taskCompleted' | 'taskFailed' | 'taskTimedOut'): void {
    const about = { scheduledEventId: this.id('taskScheduled'), startedEventId: this.id('taskStarted') };
    const attributes = {
      taskScheduled: {
        taskQueue: { name: this.run.taskQueue, kind: 'TASK_QUEUE_KIND_NORMAL' },
        startToCloseTimeout: '10s',
        attempt: 1,
      },
      taskStarted: {
        scheduledEventId: about.scheduledEventId,
        requestId: `task-${this.#events.length}`,
        suggestContinueAsNew: this.#events.length + 1 >= this.run.server.eventsPerRun,
      },
      taskCompleted: {
        ...about,
        // Flags of the first task, as the SDK of today sets them.
        sdkMetadata: this.#ids.has('taskCompleted')
          ? {}
          : { coreUsedFlags: [1, 2, 3], langUsedFlags: [1, 2], sdkName: 'temporal-typescript', sdkVersion: '1.24.0' },
      },
      taskFailed: { ...about, cause: 'WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND' },
      taskTimedOut: { ...about, timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' },
    }[type];
    const event = type.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    this.note(type, this.add(`WORKFLOW_${event}`, attributes));
  }

  #job(job: Job): void {
    switch (job.kind) {
      case 'start':
      case 'update':
        return;
      case 'signal':
        this.add('WORKFLOW_EXECUTION_SIGNALED', { signalName: job.name, input: payloads(...job.args), header: {} });
        return;
      case 'cancel':
        this.add('WORKFLOW_EXECUTION_CANCEL_REQUESTED', {});
        return;
      case 'fire':
        this.add('TIMER_FIRED', { timerId: String(job.seq), startedEventId: this.id(`timer ${job.seq}`) });
        return;
      case 'resolve':
        this.#resolved(job);
    }
  }

  #resolved(job: Extract<Job, { kind: 'resolve' }>): void {
    const { seq } = job;
    if (job.of === 'activity') {
      this.#activityEnded(seq, job);
      return;
    }
    const initiatedEventId = this.id(`${job.of === 'childEnd' ? 'child' : job.of} ${seq}`);
    const workflowExecution = { workflowId: this.id(`name of ${job.of} ${seq}`), runId: String(job.value ?? '') };
    if (job.of === 'signal') {
      const about = { initiatedEventId, namespace: 'default', workflowExecution: { ...workflowExecution, runId: '' } };
      if (!('failure' in job)) this.add('EXTERNAL_WORKFLOW_EXECUTION_SIGNALED', about);
      else {
        const cause = 'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND';
        this.add('SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED', { ...about, cause });
      }
      return;
    }
    this.#childSaid(job, { initiatedEventId, workflowExecution });
  }

  #childSaid(
    job: Extract<Job, { kind: 'resolve' }>,
    about: { initiatedEventId: string; workflowExecution: Attributes },
  ) {
    const { seq } = job;
    const workflowType = { name: this.id(`type of child ${seq}`) };
    const workflowId = this.id(`name of child ${seq}`);
    if (job.of === 'childEnd') {
      const all = {
        ...about,
        namespace: 'default',
        workflowType,
        workflowExecution: { workflowId, runId: this.id(`run of child ${seq}`) },
        startedEventId: this.id(`start of child ${seq}`),
      };
      if ('failure' in job) this.add('CHILD_WORKFLOW_EXECUTION_FAILED', { ...all, failure: failureOf(job.failure) });
      else this.add('CHILD_WORKFLOW_EXECUTION_COMPLETED', { ...all, result: payloads(job.value) });
      return;
    }
    if ('failure' in job) {
      const cause = 'START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS';
      const { initiatedEventId } = about;
      this.add('START_CHILD_WORKFLOW_EXECUTION_FAILED', { initiatedEventId, workflowId, workflowType, cause });
      return;
    }
    this.note(`run of child ${seq}`, String(job.value));
    this.note(
      `start of child ${seq}`,
      this.add('CHILD_WORKFLOW_EXECUTION_STARTED', { ...about, workflowType, header: {} }),
    );
  }

  #activityEnded(seq: number, end: { value?: unknown; failure?: unknown }): void {
    const scheduledEventId = this.id(`activity ${seq}`);
    const failure = end.failure instanceof ActivityFailure ? end.failure : undefined;
    const startedEventId = this.add('ACTIVITY_TASK_STARTED', {
      scheduledEventId,
      requestId: `activity-${seq}`,
      attempt: 1,
    });
    const about = { scheduledEventId, startedEventId };
    if (failure === undefined) {
      this.add('ACTIVITY_TASK_COMPLETED', { ...about, result: payloads(end.value) });
      return;
    }
    const { cause } = failure;
    const retryState = `RETRY_STATE_${failure.retryState}`;
    if (cause instanceof CancelledFailure) {
      this.add('ACTIVITY_TASK_CANCELED', {
        ...about,
        latestCancelRequestedEventId: this.id(`cancel of activity ${seq}`),
      });
    } else if (cause instanceof TimeoutFailure)
      this.add('ACTIVITY_TASK_TIMED_OUT', { ...about, failure: failureOf(cause), retryState });
    else this.add('ACTIVITY_TASK_FAILED', { ...about, failure: failureOf(cause), retryState });
  }
}
