import { Attempts } from './attempts.ts';
import type { Clock } from './clock.ts';
import { type AnyFunction, Execution, type StartOptions } from './execution.ts';
import { answerQuery, hearSignal, hearUpdate } from './messages.ts';
import { sent } from './payload.ts';
import { teachVirtualTime } from './place.ts';
import { calm, type Weather } from './weather.ts';

/** What a worker brings. */
export interface ServerOptions {
  clock: Clock;
  workflows: Record<string, AnyFunction>;
  /** The activities that a task queue's worker has now; local ones are those of the workflow's own queue. */
  activities: (taskQueue: string) => object | undefined;
  sinks?: Record<string, object>;
  weather?: Weather;
  logger?: { info(message: string, fields?: object): void };
  /** Events after which a run is told to continue as new. */
  eventsPerRun?: number;
}

/** There is no running workflow of that id, or none of that run id. */
export class WorkflowNotFound extends Error {
  override readonly name = 'WorkflowNotFound';
}

type Arguments = readonly unknown[];

interface Signal {
  name: string;
  args: Arguments;
}

/**
 * Temporal in memory, in one process and in virtual time: workflows by id, activities at least once, messages exactly
 * once but in an order that the weather makes. Nothing moves until the clock runs.
 */
export class Server {
  readonly clock: Clock;
  readonly weather: Weather;
  readonly attempts = new Attempts();
  readonly sinks: Record<string, object>;
  readonly logger: Record<'trace' | 'debug' | 'info' | 'warn' | 'error', (message: string, fields?: object) => void>;
  readonly eventsPerRun: number;
  /** Every execution, oldest first, those that have ended included. */
  readonly executions: Execution[] = [];
  readonly #running = new Map<string, Execution>();
  /** Those that end with their parent. */
  readonly #children = new Map<Execution, Execution>();
  readonly #options: ServerOptions;
  readonly #upAtMs = new Map<string, number>();
  #runIds = 0;

  constructor(options: ServerOptions) {
    teachVirtualTime();
    this.#options = options;
    this.clock = options.clock;
    this.weather = options.weather ?? calm;
    this.sinks = options.sinks ?? {};
    this.eventsPerRun = options.eventsPerRun ?? 10_000;
    const write = (message: string, fields?: object) => options.logger?.info(message, fields);
    this.logger = { trace: write, debug: write, info: write, warn: write, error: write };
  }

  /** Starts a workflow unless one of that id runs already. */
  start(type: string, options: StartOptions): void {
    this.#send(() => (this.isRunning(options.workflowId) ? false : this.#create(type, options).activate(begin)));
  }

  /** Starts a workflow, and knows its run at once; none of that id may run. */
  startNow(type: string, options: StartOptions): Execution {
    const run = this.#create(type, options);
    this.#send(() => run.activate(begin));
    return run;
  }

  /** Starts a workflow unless one of that id runs already, and signals it. */
  signalWithStart(type: string, options: StartOptions, { name, args }: Signal): void {
    const copy = sent(args);
    this.#send(() => {
      const run = this.#running.get(options.workflowId) ?? this.#create(type, options);
      return run.activate(() => hearSignal(run, name, copy));
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
    answered: (failure: WorkflowNotFound | undefined) => unknown,
  ): void {
    const copy = sent(args);
    this.#send(() => {
      const found = this.#running.get(workflowId);
      const run = runId === undefined || found?.runId === runId ? found : undefined;
      this.#send(() => answered(run === undefined ? notFound(workflowId) : undefined));
      return run?.activate(() => hearSignal(run, name, copy));
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
      this.#send(() => {
        const run = this.#running.get(workflowId);
        if (run === undefined) return reply.reject(notFound(workflowId));
        return run.activate(() => hearUpdate(run, name, copy, reply));
      });
    });
  }

  /** Starts a workflow for another one; `answered` hears its run id, or nothing where one of that id runs already. */
  startChild(
    parent: Execution,
    { type, options, isAbandoned }: { type: string; options: StartOptions; isAbandoned: boolean },
    answered: (runId: string | undefined) => unknown,
  ): void {
    const asked = { ...options, args: sent(options.args) };
    this.#send(() => {
      const run = this.isRunning(asked.workflowId) ? undefined : this.#create(type, asked);
      if (run !== undefined && !isAbandoned) this.#children.set(run, parent);
      this.#send(() => answered(run?.runId));
      return run?.activate(begin);
    });
  }

  /** What the workflow answers now; one that has ended answers too. */
  query(workflowId: string, name: string, ...args: unknown[]): unknown {
    const run = this.find(workflowId);
    if (run === undefined) throw notFound(workflowId);
    return answerQuery(run, name, args);
  }

  /** The same of one certain run. */
  queryRun(run: Execution, name: string, ...args: unknown[]): unknown {
    return answerQuery(run, name, args);
  }

  /** Asks the workflow to cancel itself. */
  cancel(workflowId: string): void {
    this.#send(() => {
      const run = this.#running.get(workflowId);
      return run?.activate(() => run.root.cancel());
    });
  }

  /** Ends the workflow at once; its code never hears of it. */
  terminate(workflowId: string): void {
    this.#running.get(workflowId)?.close('terminated');
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
    for (const [child, parent] of this.#children) if (parent === run) child.close('terminated');
    this.#children.delete(run);
  }

  /** Called by an execution that has continued as new: the next one begins at once. */
  continued({ type, workflowId, taskQueue, firstRunId }: Execution, args: Arguments): void {
    const next = this.#create(type, { workflowId, taskQueue, args, firstRunId });
    this.clock.after(0, () => next.activate(begin));
  }

  #create(type: string, options: StartOptions): Execution {
    const code = this.#options.workflows[type];
    if (code === undefined) throw new Error(`no worker knows workflow ${type}`);
    const run = new Execution(this, { type, code }, { ...options, args: sent(options.args) });
    this.executions.push(run);
    this.#running.set(run.workflowId, run);
    return run;
  }

  #send(deliver: () => unknown): void {
    this.clock.after(this.weather.latencyMs(), deliver);
  }
}

/** The first activation of a run begins its code, whatever else it brings. */
const begin = () => undefined;

const notFound = (workflowId: string) => new WorkflowNotFound(`workflow not found for ID: ${workflowId}`);
