import type { ActivityTask } from './activity-task.ts';
import { type CommandServer, carryOut } from './carry-out.ts';
import type { Clock, Timer } from './clock.ts';
import {
  type Activation,
  type End,
  inOrder,
  type Job,
  type LocalOrder,
  type Moment,
  type UpdateJob,
} from './commands.ts';
import { History, type StartOptions } from './history.ts';
import { type AnyFunction, Instance } from './instance.ts';
import { repeat } from './replay.ts';

/** How an execution stands. */
export type ExecutionStatus = 'running' | 'terminated' | End['status'];

/** The server of a run. */
export interface RunServer extends CommandServer {
  readonly clock: Clock;
  readonly sinks: Record<string, object>;
  readonly eventsPerRun: number;
  nextRunId(): string;
  stop(error: unknown): void;
  undelivered(run: Execution, job: UpdateJob): void;
  closed(run: Execution): void;
  continued(run: Execution, args: readonly unknown[]): void;
}

/** The SDK asks for more time for a workflow task after this, and gives the messages that came meanwhile to the code. */
const heldAtMostMs = 8_000;
/** A task whose worker has died is given to another one after this. */
const taskTimeoutMs = 10_000;
/** A server ends a run whose history is longer. */
const eventsAtMost = 51_200;

/** A workflow task that is under way. */
interface Task {
  startedAtMs: number;
  jobs: Job[];
  activations: Activation[];
}

/** One run of a workflow as its server has it: what is on record, and the task that is under way. */
export class Execution {
  readonly server: RunServer;
  readonly type: string;
  readonly workflowId: string;
  readonly runId: string;
  /** The first of the runs that continued as new up to this one. */
  readonly firstRunId: string;
  readonly taskQueue: string;
  readonly startedAtMs: number;
  readonly args: readonly unknown[];
  readonly history: History;
  readonly attributes: Record<string, unknown>;
  /** Ids of the updates that were accepted. */
  readonly accepted = new Set<string>();
  /** Those that have no answer yet. */
  readonly unanswered = new Map<string, UpdateJob>();
  readonly timers = new Map<number, Timer>();
  readonly activities = new Map<number, ActivityTask>();
  /** Local activities hold the task that they began in. */
  readonly locals = new Map<number, ActivityTask>();
  instance: Instance;
  status: ExecutionStatus = 'running';
  closedAtMs: number | undefined;
  result: unknown;
  failure: unknown;
  signals = 0;
  updates = 0;
  openUpdates = 0;
  readonly #code: AnyFunction;
  readonly #record: Activation[][] = [];
  #queue: Job[] = [{ kind: 'start' }];
  #task: Task | undefined;
  #isAwaited = false;
  #isLost = false;
  #hasBegun = false;
  #generation = 0;
  /** Events when the task began: what comes meanwhile is not told. */
  #taskLength = 0;

  constructor(server: RunServer, { type, code }: { type: string; code: AnyFunction }, options: StartOptions) {
    this.server = server;
    this.type = type;
    this.workflowId = options.workflowId;
    this.taskQueue = options.taskQueue;
    this.runId = server.nextRunId();
    this.firstRunId = options.firstRunId ?? this.runId;
    this.startedAtMs = server.clock.nowMs;
    this.args = options.args;
    this.attributes = { ...options.attributes };
    this.#code = code;
    this.history = new History(this.clock, options);
    this.instance = new Instance(this, code, this.#moment());
  }

  get clock(): Clock {
    return this.server.clock;
  }

  get details(): string {
    return this.instance.details;
  }

  /** Its code has run: before that a worker has not come to it yet. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Messages are there, and no worker has come to them yet. */
  get isWaitingForWorker(): boolean {
    return this.#queue.length > 0 || this.#task !== undefined;
  }

  /** When something comes by itself that the code waits for, Unix ms; undefined when nothing must. */
  get nextStepByMs(): number | undefined {
    const timers = [...this.timers.values()].map(({ atMs }) => atMs);
    const tasks = [...this.activities.values(), ...this.locals.values()].map(({ deadlineMs }) => deadlineMs);
    const firstMs = Math.min(...timers, ...tasks);
    return Number.isFinite(firstMs) ? firstMs : undefined;
  }

  get historyLength(): number {
    return this.history.length;
  }

  /** Lets the code begin. */
  begin(): void {
    this.#wake();
  }

  /** Tells the code something with its next task; an ended run hears nothing. */
  deliver(job: Job): void {
    if (this.status !== 'running') return;
    this.history.note(job);
    this.#queue.push(job);
    this.#wake();
  }

  /** A local activity has ended: the code goes on within the same task, or in the next one. */
  async localEnded(seq: number, task: ActivityTask, end: { value: unknown } | { failure: Error }): Promise<void> {
    if (this.locals.get(seq) !== task) return;
    this.locals.delete(seq);
    if (this.#task === undefined || this.status !== 'running') return;
    const { name, attempts: attempt, scheduledAtMs } = task;
    this.instance.mark({ kind: 'marker', seq, name, attempt, scheduledAtMs, endedAtMs: this.clock.nowMs, ...end });
    await this.#activate(this.#task, [{ kind: 'resolve', of: 'activity', seq, ...end }]);
  }

  /** The worker dies, and the code in its memory: another one makes it again from the record. */
  loseWorker(): void {
    if (this.status !== 'running') return;
    this.#isLost = true;
    const task = this.#task;
    this.#abandonLocals();
    if (task === undefined) return;
    this.history.taskTimedOut();
    this.#putBack(task);
    this.#wake(task.startedAtMs + taskTimeoutMs);
  }

  close(end: End | { status: 'terminated' }): void {
    if (this.status !== 'running') return;
    this.status = end.status;
    this.closedAtMs = this.clock.nowMs;
    if ('result' in end) this.result = end.result;
    if ('failure' in end) this.failure = end.failure;
    this.history.closed(end);
    this.#abandonLocals();
    this.#task = undefined;
    for (const job of this.#queue.splice(0)) if (job.kind === 'update') this.server.undelivered(this, job);
    for (const { reply } of this.unanswered.values()) reply.reject(this.server.notFound(this.workflowId));
    for (const timer of this.timers.values()) this.clock.cancel(timer);
    this.instance.blocked.clear();
    this.server.closed(this);
    if (end.status === 'continuedAsNew') this.server.continued(this, end.args);
  }

  /** Runs the code once more from the record. Rejects when it asks for something else. */
  async replay(): Promise<{ instance: Instance; open: LocalOrder[] }> {
    const instance = new Instance(this, this.#code, this.#moment());
    return { instance, open: await repeat(instance, this.#record) };
  }

  #wake(notBeforeMs = 0): void {
    if (this.#task !== undefined || this.#isAwaited || this.status !== 'running') return;
    this.#isAwaited = true;
    const generation = this.#generation;
    const atMs = Math.max(notBeforeMs, this.server.upAtMs(this.taskQueue));
    this.clock.at(atMs, () => {
      if (generation !== this.#generation || this.status !== 'running') return false;
      this.#isAwaited = false;
      if (this.server.upAtMs(this.taskQueue) > this.clock.nowMs) {
        this.#wake();
        return false;
      }
      return this.#beginTask();
    });
  }

  async #beginTask(): Promise<void> {
    const jobs = inOrder(this.#queue.splice(0));
    const task: Task = { startedAtMs: this.clock.nowMs, jobs, activations: [] };
    this.#task = task;
    this.history.taskStarted();
    this.#taskLength = this.history.length;
    if (this.history.length > eventsAtMost) return this.close({ status: 'terminated' });
    if (this.#isLost && !(await this.#rebuild())) return;
    this.#hasBegun = true;
    await this.#activate(task, jobs);
    if (this.#task === task && this.locals.size > 0)
      this.clock.after(heldAtMostMs, () => (this.#task === task ? this.#complete(task) : false));
  }

  async #activate(task: Task, jobs: readonly Job[]): Promise<void> {
    const moment = this.#moment();
    const trail = await this.instance.activate(jobs, moment);
    if (this.#task !== task) return;
    task.activations.push({ jobs, moment, trail });
    for (const order of this.instance.takeLocal()) this.#order(order);
    if (this.locals.size > 0 && this.instance.end === undefined) return;
    const delayMs = this.server.faultInjection.latencyMs();
    if (delayMs === 0) this.#complete(task);
    else this.clock.after(delayMs, () => (this.#isDone(task) ? this.#complete(task) : false));
  }

  #isDone(task: Task): boolean {
    return this.#task === task && (this.locals.size === 0 || this.instance.end !== undefined);
  }

  #order(order: LocalOrder): void {
    if ('cancel' in order) {
      this.locals.get(order.cancel)?.cancel();
      return;
    }
    const { seq } = order.begin;
    const local: ActivityTask = this.server.begin(this, order.begin, (end) => this.localEnded(seq, local, end));
    this.locals.set(seq, local);
  }

  /** Hands in what the code asked for; where news came for a run that wants to end, the code is asked again. */
  #complete(task: Task): unknown {
    if (this.instance.end !== undefined && this.#queue.length > 0) {
      this.history.taskFailed();
      this.#abandonLocals();
      this.#putBack(task);
      this.#isLost = true;
      return this.#wake();
    }
    this.#task = undefined;
    const commands = this.instance.takeCommands();
    const refused = new Set<Job>(commands.flatMap((it) => (it.kind === 'answer' && it.isRefused ? [it.update] : [])));
    const kept = (jobs: readonly Job[]) => (refused.size === 0 ? jobs : jobs.filter((job) => !refused.has(job)));
    this.#record.push(task.activations.map(({ jobs, ...rest }) => ({ ...rest, jobs: kept(jobs) })));
    this.history.taskCompleted(commands);
    if (commands.some(({ isTooLarge }) => isTooLarge)) return this.close({ status: 'terminated' });
    for (const command of commands) carryOut(this, command);
    if (this.status !== 'running') return undefined;
    // The next task begins at once, with the local activities of this one still under way.
    if (this.locals.size > 0) return this.#beginTask();
    return this.#queue.length > 0 ? this.#wake() : undefined;
  }

  /** The code and its local activities as they were before the task that failed; false when that cannot be. */
  async #rebuild(): Promise<boolean> {
    this.#isLost = false;
    try {
      const { instance, open } = await this.replay();
      this.instance = instance;
      for (const order of open) this.#order(order);
      return true;
    } catch (error) {
      this.server.stop(error);
      return false;
    }
  }

  #putBack(task: Task): void {
    this.#queue = [...task.jobs, ...this.#queue];
    this.#task = undefined;
    this.#isAwaited = false;
    this.#generation += 1;
  }

  #abandonLocals(): void {
    for (const task of this.locals.values()) task.abandon();
    this.locals.clear();
  }

  #moment(): Moment {
    const { clock, server } = this;
    const historyLength = this.#taskLength;
    return { nowMs: clock.nowMs, historyLength, isLong: historyLength >= server.eventsPerRun };
  }
}
