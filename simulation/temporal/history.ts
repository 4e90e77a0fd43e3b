import type { Clock } from './clock.ts';
import type { Command, End, Job } from './commands.ts';

/** What was asked for when an execution was started. */
export interface StartOptions {
  workflowId: string;
  taskQueue: string;
  args: readonly unknown[];
  /** The first run of the chain of continued runs; absent: this one is. */
  firstRunId?: string;
  /** The run that continued as this one. */
  continuedRunId?: string;
  /** Search attributes that it begins with: those of the run that continued as this one. */
  attributes?: Readonly<Record<string, unknown>>;
}

/** Something on record, with its moment. */
export type Entry = { atMs: number } & (
  | { type: 'job'; job: Job }
  | { type: 'command'; command: Command }
  | { type: 'taskScheduled' | 'taskStarted' | 'taskCompleted' | 'taskFailed' | 'taskTimedOut' | 'terminated' }
);

/** What happened to a run, in the order in which a server writes it down. */
export class History {
  readonly entries: Entry[] = [];
  readonly options: StartOptions;
  readonly #clock: Clock;
  /** What came while a task was under way. */
  readonly #buffered: Entry[] = [];
  #isInTask = false;
  #length = 1;

  constructor(clock: Clock, options: StartOptions) {
    this.#clock = clock;
    this.options = options;
  }

  /** Events, the first one included. */
  get length(): number {
    return this.#length;
  }

  /** Something arrives. */
  note(job: Job): void {
    this.#length += eventsOf(job);
    const entry: Entry = { atMs: this.#clock.nowMs, type: 'job', job };
    if (this.#isInTask) this.#buffered.push(entry);
    else this.entries.push(entry);
  }

  taskStarted(): void {
    this.#write('taskScheduled');
    this.#write('taskStarted');
    this.#isInTask = true;
  }

  taskCompleted(commands: readonly Command[]): void {
    const { nowMs: atMs } = this.#clock;
    this.#write('taskCompleted');
    for (const command of commands) {
      if (command.kind === 'answer' && command.isRefused === true) continue;
      this.entries.push({ atMs, type: 'command', command });
      this.#length += 1;
    }
    this.#endTask();
  }

  taskFailed(): void {
    this.#write('taskFailed');
    this.#endTask();
  }

  taskTimedOut(): void {
    this.#write('taskTimedOut');
    this.#endTask();
  }

  closed(end: End | { status: 'terminated' }): void {
    if (end.status === 'terminated') this.#write('terminated');
  }

  #endTask(): void {
    this.#isInTask = false;
    this.entries.push(...this.#buffered.splice(0));
  }

  #write(type: Exclude<Entry['type'], 'job' | 'command'>): void {
    this.entries.push({ atMs: this.#clock.nowMs, type });
    this.#length += 1;
  }
}

/** An update is on record when it is accepted; the start of an activity is written with its end. */
function eventsOf(job: Job): number {
  if (job.kind === 'start' || job.kind === 'update') return 0;
  return job.kind === 'resolve' && job.of === 'activity' ? 2 : 1;
}
