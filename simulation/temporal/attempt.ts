import { CancelledFailure } from '@temporalio/common';
import type { ActivityBounds } from './activity-options.ts';
import type { Clock } from './clock.ts';
import { type ExecutionContext, executionContexts, type Logger } from './execution-context.ts';
import { sent } from './payload.ts';

/** A worker sends heartbeats no more often than this, so that is how old the details may be when it dies. */
const throttleMs = 2_000;

/** The activity that an attempt is of. */
export interface AttemptedTask {
  readonly id: string;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly bounds: ActivityBounds;
  readonly taskQueue: string;
  readonly clock: Clock;
  readonly scheduledAtMs: number;
  readonly isCancelRequested: boolean;
  readonly execution: {
    readonly workflowId: string;
    readonly runId: string;
    readonly type: string;
    readonly args: readonly unknown[];
    readonly server: { readonly logger: Logger };
  };
  beat(attempt: Attempt, details: unknown): void;
  lose(attempt: Attempt): void;
}

/** One attempt of an activity; to the activity it is its `Context`. */
export class Attempt implements ExecutionContext {
  readonly task: AttemptedTask;
  readonly number: number;
  readonly startedAtMs: number;
  lastBeatMs: number;
  /** Its worker has died: whatever it would still do must not happen. */
  isDead = false;
  readonly #details: unknown;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #failure: CancelledFailure | undefined;
  readonly #onCancelled = new Set<(failure: CancelledFailure) => void>();
  #controller: AbortController | undefined;

  constructor(task: AttemptedTask, number: number, details: unknown) {
    this.task = task;
    this.number = number;
    this.startedAtMs = task.clock.nowMs;
    this.lastBeatMs = this.startedAtMs;
    this.#details = details;
  }

  get clock(): Clock {
    return this.task.clock;
  }

  get nowMs(): number {
    return this.task.clock.nowMs;
  }

  get info() {
    const { task } = this;
    const { workflowId, runId, type } = task.execution;
    return {
      activityId: task.id,
      activityType: task.name,
      attempt: this.number,
      isLocal: task.bounds.isLocal,
      taskQueue: task.taskQueue,
      workflowExecution: { workflowId, runId },
      workflowType: type,
      scheduledTimestampMs: task.scheduledAtMs,
      currentAttemptScheduledTimestampMs: this.startedAtMs,
      startToCloseTimeoutMs: task.bounds.startToCloseMs,
      heartbeatDetails: this.#details,
      ...(task.bounds.heartbeatMs === undefined ? {} : { heartbeatTimeoutMs: task.bounds.heartbeatMs }),
    };
  }

  get log() {
    return this.task.execution.server.logger;
  }

  get cancellationSignal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.#whenCancelled((failure) => controller.abort(failure));
    }
    return this.#controller.signal;
  }

  get cancelled(): Promise<never> {
    const cancelled = new Promise<never>((_, reject) => this.#whenCancelled(reject));
    cancelled.catch(() => undefined);
    return cancelled;
  }

  /** Says that the attempt lives; the answer may be that it should stop. */
  heartbeat(details?: unknown): void {
    if (this.isDead) return;
    const { nowMs } = this.clock;
    this.lastBeatMs = nowMs;
    if (nowMs - this.#sentAtMs < throttleMs && !this.task.isCancelRequested) return;
    this.#sentAtMs = nowMs;
    this.task.beat(this, sent(details));
  }

  /** Rejects when the attempt is cancelled meanwhile. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.after(ms, resolve);
      const stop = this.#whenCancelled((failure) => {
        this.clock.cancel(timer);
        reject(failure);
      });
      timer.job = () => {
        stop();
        resolve();
      };
    });
  }

  /** Tells the activity to stop; what it does about it is its own business. */
  cancel(): void {
    if (this.#failure !== undefined || this.isDead) return;
    this.#failure = new CancelledFailure('CANCELLED');
    for (const listener of this.#onCancelled) listener(this.#failure);
    this.#onCancelled.clear();
  }

  /** Runs the activity's code as this attempt. */
  run(activity: (...args: readonly unknown[]) => unknown, args: readonly unknown[]): Promise<unknown> {
    return executionContexts.run(this, async () => activity(...sent(args)));
  }

  #whenCancelled(listener: (failure: CancelledFailure) => void): () => void {
    if (this.#failure !== undefined) {
      listener(this.#failure);
      return () => undefined;
    }
    this.#onCancelled.add(listener);
    return () => this.#onCancelled.delete(listener);
  }
}

/** The attempt that the code runs in. Throws outside of an activity. */
export function currentAttempt(): Attempt {
  const context = executionContexts.getStore();
  if (context instanceof Attempt) return context;
  throw new Error('Activity context not initialized');
}
