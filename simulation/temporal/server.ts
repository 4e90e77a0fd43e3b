import { type ActivityEnd, type ActivityRun, ActivityTask } from './activity-task.ts';
import { Attempts } from './attempts.ts';
import type { Clock } from './clock.ts';
import type { ActivityOrder, Command, UpdateJob } from './commands.ts';
import { Execution, type RunServer } from './execution.ts';
import { type Logger, teachVirtualTime } from './execution-context.ts';
import { type FaultInjection, noFaults } from './fault-injection.ts';
import type { StartOptions } from './history.ts';
import type { AnyFunction } from './instance.ts';
import { sent } from './payload.ts';

/** What a worker brings. */
export interface ServerOptions {
  clock: Clock;
  workflows: Record<string, AnyFunction>;
  /** The activities that a task queue's worker has now; local ones are those of the workflow's own queue. */
  activities: (taskQueue: string) => object | undefined;
  sinks?: Record<string, object>;
  faultInjection?: FaultInjection;
  logger?: { info(message: string, fields?: object): void };
  /** Events after which a run is told to continue as new. */
  eventsPerRun?: number;
  /** Hears of every run that ends. */
  onClosed?: (run: Execution) => void;
}

/** There is no running workflow of that id, or none of that run id. */
export class WorkflowNotFound extends Error {
  override readonly name = 'WorkflowNotFound';
}

/** Of one run; a real server has the same ones. */
const limits = { signals: 10_000, updates: 2_000, openUpdates: 10 } as const;

type Arguments = readonly unknown[];

interface Signal {
  name: string;
  args: Arguments;
}

/**
 * Temporal in memory, in one process and in virtual time: workflows by id, activities at least once, messages exactly
 * once but in the order of their injected delays. Nothing moves until the clock runs.
 */
export class Server implements RunServer {
  readonly clock: Clock;
  readonly faultInjection: FaultInjection;
  readonly attempts = new Attempts();
  readonly sinks: Record<string, object>;
  readonly logger: Logger;
  readonly eventsPerRun: number;
  /** Every execution, oldest first, those that have ended included. */
  readonly executions: Execution[] = [];
  readonly #running = new Map<string, Execution>();
  /** Whose child each is, by the first run of its chain. */
  readonly #children = new Map<string, { parent: object; isAbandoned: boolean; ended(end: ActivityEnd): void }>();
  readonly #options: ServerOptions;
  readonly #upAtMs = new Map<string, number>();
  #runIds = 0;
  #updateIds = 0;

  constructor(options: ServerOptions) {
    teachVirtualTime();
    this.#options = options;
    this.clock = options.clock;
    this.faultInjection = options.faultInjection ?? noFaults;
    this.sinks = options.sinks ?? {};
    this.eventsPerRun = options.eventsPerRun ?? 10_000;
    const write = (message: string, fields?: object) => options.logger?.info(message, fields);
    this.logger = { trace: write, debug: write, info: write, warn: write, error: write };
  }

  /** Starts a workflow unless one of that id runs already. */
  start(type: string, options: StartOptions): void {
    this.#send(() => (this.isRunning(options.workflowId) ? undefined : this.#create(type, options)));
  }

  /** Starts a workflow, and knows its run at once; none of that id may run. */
  startNow(type: string, options: StartOptions): Execution {
    return this.#create(type, options);
  }

  /** Starts a workflow unless one of that id runs already, and signals it. */
  signalWithStart(type: string, options: StartOptions, { name, args }: Signal): void {
    const copy = sent(args);
    this.#send(() => {
      const run = this.#running.get(options.workflowId) ?? this.#create(type, options);
      this.#hear(run, { name, args: copy });
    });
  }

  /** Resolves when the signal is on record. Rejects with WorkflowNotFound. */
  signal(workflowId: string, name: string, ...args: Arguments): Promise<void> {
    return new Promise((resolve, reject) => {
      this.sendSignal({ workflowId }, { name, args }, (failure) =>
        failure === undefined ? resolve() : reject(failure),
      );
    });
  }

  /** Signals the run, or the one that runs under its id; `answered` hears of it when it is on record or cannot be. */
  sendSignal(
    { workflowId, runId }: { workflowId: string; runId?: string | undefined },
    { name, args }: Signal,
    answered: (failure: Error | undefined) => unknown,
  ): void {
    const copy = sent(args);
    this.#send(() => {
      const found = this.#running.get(workflowId);
      const run = runId === undefined || found?.runId === runId ? found : undefined;
      const failure = run === undefined ? this.notFound(workflowId) : this.#hear(run, { name, args: copy });
      this.#send(() => answered(failure));
    });
  }

  /** Resolves with the update's result, rejects with what its validator or handler throws. */
  update(workflowId: string, name: string, args: Arguments = []): Promise<unknown> {
    const copy = sent(args);
    return new Promise((resolve, reject) => {
      const reply = {
        resolve: (value: unknown) => this.#send(() => resolve(value)),
        reject: (error: unknown) => this.#send(() => reject(error)),
      };
      this.#updateIds += 1;
      const job: UpdateJob = { kind: 'update', id: `update-${this.#updateIds}`, name, args: copy, reply };
      this.#send(() => this.#admit(workflowId, job));
    });
  }

  /** Called with an update that a run ended without having looked at: the run that continues it hears of it. */
  undelivered({ workflowId }: Execution, job: UpdateJob): void {
    this.#send(() => this.#admit(workflowId, job));
  }

  /** Starts a workflow for another one. */
  startChild(
    parent: object,
    { type, workflowId, taskQueue, args, isAbandoned }: Extract<Command, { kind: 'child' }>,
    told: { started(runId: string | undefined): void; ended(end: ActivityEnd): void },
  ): void {
    this.#send(() => {
      const run = this.isRunning(workflowId) ? undefined : this.#create(type, { workflowId, taskQueue, args });
      if (run !== undefined) this.#children.set(run.firstRunId, { parent, isAbandoned, ended: told.ended });
      this.#send(() => told.started(run?.runId));
    });
  }

  /** Begins an activity; `ended` hears what comes of it. */
  begin(run: ActivityRun, order: ActivityOrder & { seq: number }, ended: (end: ActivityEnd) => unknown): ActivityTask {
    return new ActivityTask(run, order, ended);
  }

  /** Does it after as long as a message is under way. */
  later(work: () => unknown): void {
    this.#send(work);
  }

  /** What the workflow answers now; one that has ended answers too. */
  query(workflowId: string, name: string, ...args: unknown[]): unknown {
    const run = this.find(workflowId);
    if (run === undefined) throw this.notFound(workflowId);
    return run.instance.answer(name, args);
  }

  /** Asks the workflow to cancel itself. */
  cancel(workflowId: string): void {
    this.#send(() => {
      const run = this.#running.get(workflowId);
      run?.deliver({ kind: 'cancel' });
    });
  }

  /** Ends the workflow at once; its code never hears of it. */
  terminate(workflowId: string): void {
    this.#running.get(workflowId)?.close({ status: 'terminated' });
  }

  /** The running execution of that id, or else the latest. */
  find(workflowId: string): Execution | undefined {
    return this.#running.get(workflowId) ?? this.executions.findLast((run) => run.workflowId === workflowId);
  }

  isRunning(workflowId: string): boolean {
    return this.#running.has(workflowId);
  }

  /** The workers of a task queue die, with all that they were doing, and are back after `downMs`. */
  crash(taskQueue: string, downMs: number): void {
    this.#upAtMs.set(taskQueue, Math.max(this.upAtMs(taskQueue), this.clock.nowMs + downMs));
    for (const attempt of this.attempts.take(taskQueue)) attempt.task.lose(attempt);
    for (const run of [...this.#running.values()]) if (run.taskQueue === taskQueue) run.loseWorker();
  }

  /** From when on the task queue has a worker, Unix ms. */
  upAtMs(taskQueue: string): number {
    return this.#upAtMs.get(taskQueue) ?? 0;
  }

  /** The activity's code. Throws when the queue's worker does not know it. */
  activity(taskQueue: string, name: string): (...args: readonly unknown[]) => unknown {
    const activity = (this.#options.activities(taskQueue) as Record<string, unknown> | undefined)?.[name];
    if (typeof activity === 'function') return activity as (...args: readonly unknown[]) => unknown;
    throw new Error(`no worker of ${taskQueue} knows activity ${name}`);
  }

  nextRunId(): string {
    this.#runIds += 1;
    return `run-${this.#runIds}`;
  }

  /** Lets the time stop with an error: a fault of ours that Temporal would retry for ever. */
  stop(error: unknown): void {
    this.clock.after(0, () => {
      throw error;
    });
  }

  /** Called by an execution that has ended. */
  closed(run: Execution): void {
    if (this.#running.get(run.workflowId) === run) this.#running.delete(run.workflowId);
    const { status } = run;
    this.#options.onClosed?.(run);
    for (const { child, parent, isAbandoned } of this.#family()) {
      if (parent === run && !isAbandoned && status !== 'continuedAsNew') child.close({ status: 'terminated' });
    }
    const own = this.#children.get(run.firstRunId);
    if (own === undefined || status === 'continuedAsNew') return;
    this.#children.delete(run.firstRunId);
    const failure = run.failure instanceof Error ? run.failure : new Error(`the child is ${status}`);
    this.#send(() => own.ended(status === 'completed' ? { value: run.result } : { failure }));
  }

  /** Called by an execution that has continued as new: the next one begins at once. */
  continued({ type, workflowId, taskQueue, firstRunId, runId, attributes }: Execution, args: Arguments): void {
    this.#create(type, { workflowId, taskQueue, args, firstRunId, continuedRunId: runId, attributes });
  }

  notFound(workflowId: string): WorkflowNotFound {
    return new WorkflowNotFound(`workflow not found for ID: ${workflowId}`);
  }

  #family() {
    return [...this.#running.values()].flatMap((child) => {
      const own = this.#children.get(child.firstRunId);
      return own === undefined ? [] : [{ child, ...own }];
    });
  }

  #hear(run: Execution, { name, args }: Signal): Error | undefined {
    run.signals += 1;
    if (run.signals > limits.signals) return new Error('exceeded workflow execution limit for signal events');
    run.deliver({ kind: 'signal', name, args });
    return undefined;
  }

  #admit(workflowId: string, job: UpdateJob): unknown {
    const run = this.#running.get(workflowId);
    if (run === undefined) return job.reply.reject(this.notFound(workflowId));
    if (run.updates >= limits.updates || run.openUpdates >= limits.openUpdates)
      return job.reply.reject(new Error('limit on number of concurrent in-flight updates has been reached'));
    run.updates += 1;
    run.openUpdates += 1;
    return run.deliver(job);
  }

  #create(type: string, options: StartOptions): Execution {
    const code = this.#options.workflows[type];
    if (code === undefined) throw new Error(`no worker knows workflow ${type}`);
    const run = new Execution(this, { type, code }, { ...options, args: sent(options.args) });
    this.executions.push(run);
    this.#running.set(run.workflowId, run);
    run.begin();
    return run;
  }

  #send(deliver: () => unknown): void {
    this.clock.after(this.faultInjection.latencyMs(), deliver);
  }
}
