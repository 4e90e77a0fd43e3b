import {
  ActivityCancellationType,
  ActivityFailure,
  CancelledFailure,
  ensureApplicationFailure,
  RetryState,
  ServerFailure,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import type { ActivityBounds } from './activity-options.ts';
import { Attempt, type AttemptedTask } from './attempt.ts';
import type { Attempts } from './attempts.ts';
import type { Clock, Timer } from './clock.ts';
import type { ActivityOrder } from './commands.ts';
import type { Logger } from './execution-context.ts';
import type { FaultInjection } from './fault-injection.ts';
import { sent, wasTooLarge } from './payload.ts';
import { retryAfter } from './retry.ts';

/** What came of an activity. */
export type ActivityEnd = { value: unknown } | { failure: Error };

/** The server of activities: its workers, and what happens on the way to them. */
export interface ActivityServer {
  readonly faultInjection: FaultInjection;
  readonly attempts: Attempts;
  readonly logger: Logger;
  /** From when on the task queue has a worker, Unix ms. */
  upAtMs(taskQueue: string): number;
  /** The activity's code. Throws when the queue's worker does not know it. */
  activity(taskQueue: string, name: string): (...args: readonly unknown[]) => unknown;
}

/** The run that an activity belongs to. */
export interface ActivityRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly args: readonly unknown[];
  readonly taskQueue: string;
  readonly status: string;
  readonly clock: Clock;
  readonly server: ActivityServer;
}

/** One activity that a workflow asked for: its attempts, until one of them succeeds or there may be no more. */
export class ActivityTask implements AttemptedTask {
  readonly execution: ActivityRun;
  readonly name: string;
  readonly bounds: ActivityBounds;
  readonly id: string;
  readonly scheduledAtMs: number;
  isCancelRequested = false;
  readonly #args: readonly unknown[];
  readonly #ended: (end: ActivityEnd) => unknown;
  #attempt: Attempt | undefined;
  #attempts = 0;
  #isSettled = false;
  #details: unknown;
  #timers: Timer[] = [];

  constructor(
    execution: ActivityRun,
    { seq, name, args, bounds }: ActivityOrder & { seq: number },
    ended: (end: ActivityEnd) => unknown,
  ) {
    this.execution = execution;
    this.name = name;
    this.bounds = bounds;
    this.id = String(seq);
    this.scheduledAtMs = execution.clock.nowMs;
    this.#args = args;
    this.#ended = ended;
    if (Number.isFinite(bounds.scheduleToCloseMs)) this.clock.at(this.deadlineMs, () => this.#expire());
    this.clock.after(bounds.isLocal ? 0 : execution.server.faultInjection.latencyMs(), () => this.#begin());
  }

  /** How often it was tried. */
  get attempts(): number {
    return this.#attempts;
  }

  /** As they were sent. */
  get args(): readonly unknown[] {
    return this.#args;
  }

  get clock(): Clock {
    return this.execution.clock;
  }

  get taskQueue(): string {
    return this.bounds.taskQueue ?? this.execution.taskQueue;
  }

  /** It has ended by then, Unix ms; infinite where nothing bounds it. */
  get deadlineMs(): number {
    return this.scheduledAtMs + this.bounds.scheduleToCloseMs;
  }

  /** The workflow does not want it any more. A running attempt hears of it with its next heartbeat. */
  cancel(): void {
    if (this.#isSettled || this.isCancelRequested) return;
    const { cancellation, isLocal } = this.bounds;
    this.isCancelRequested = true;
    const isWaitedFor = cancellation === ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;
    if (isLocal) this.#attempt?.cancel();
    if (this.#attempt === undefined || (isLocal && !isWaitedFor))
      this.clock.after(0, () => this.#fail(new CancelledFailure('Activity cancelled'), RetryState.CANCEL_REQUESTED));
  }

  /** Nobody waits for it any more: it ends without a word. */
  abandon(): void {
    this.#isSettled = true;
    this.#stopWatching();
    if (this.#attempt !== undefined) this.#attempt.isDead = true;
    this.#attempt = undefined;
  }

  /** A heartbeat arrives: the attempt lives, and learns whether it should. */
  beat(attempt: Attempt, details: unknown): void {
    const isCurrent = attempt === this.#attempt && !this.#isSettled;
    if (isCurrent) this.#details = details;
    if (isCurrent && !this.isCancelRequested && this.execution.status === 'running') return;
    this.clock.after(this.execution.server.faultInjection.latencyMs(), () => attempt.cancel());
  }

  /** The worker of an attempt died: its timeout will miss it, and for a local activity the workflow begins it anew. */
  lose(attempt: Attempt): void {
    attempt.isDead = true;
  }

  #begin(): unknown {
    if (this.#isSettled || this.execution.status !== 'running') return false;
    const { server } = this.execution;
    const upAtMs = server.upAtMs(this.taskQueue);
    if (upAtMs > this.clock.nowMs) {
      this.clock.at(upAtMs, () => this.#begin());
      return false;
    }
    this.#attempts += 1;
    const attempt = new Attempt(this, this.#attempts, sent(this.#details));
    this.#attempt = attempt;
    this.#watch(attempt);
    const done = server.attempts.begin(this.taskQueue, attempt);
    attempt.run(server.activity(this.taskQueue, this.name), this.#args).then(
      (value) => this.#attemptEnded(attempt, done, (): unknown => this.#succeed(value)),
      (error: unknown) => this.#attemptEnded(attempt, done, (): unknown => this.#failAttempt(error)),
    );
    return undefined;
  }

  #attemptEnded(attempt: Attempt, done: () => void, tell: () => unknown): void {
    done();
    if (attempt.isDead || attempt !== this.#attempt) return;
    const { faultInjection } = this.execution.server;
    if (faultInjection.losesResultOf(this.name)) {
      this.lose(attempt);
      if (this.bounds.isLocal) this.#beginAgain();
    } else {
      this.clock.after(this.bounds.isLocal ? 0 : faultInjection.latencyMs(), () =>
        attempt === this.#attempt && !attempt.isDead ? tell() : false,
      );
    }
  }

  #beginAgain(): void {
    this.#attempt = undefined;
    this.clock.after(0, () => this.#begin());
  }

  #succeed(value: unknown): unknown {
    const copy = sent(value);
    if (!wasTooLarge()) return this.#settle({ value: copy });
    const tooLarge = new ServerFailure('Complete result exceeds size limit.', true);
    return this.#fail(tooLarge, RetryState.NON_RETRYABLE_FAILURE);
  }

  #failAttempt(error: unknown): unknown {
    this.#stopWatching();
    this.#attempt = undefined;
    if (isCancelled(error) && this.isCancelRequested) return this.#fail(error as Error, RetryState.CANCEL_REQUESTED);
    const failure = error instanceof TimeoutFailure ? error : ensureApplicationFailure(error);
    const { isCancelRequested, bounds } = this;
    const leftMs = this.deadlineMs - this.clock.nowMs;
    const retry = retryAfter(failure, bounds.retry, { attempts: this.#attempts, leftMs, isCancelRequested });
    if (typeof retry !== 'number') return this.#fail(failure, retry);
    this.clock.after(retry, () => this.#begin());
    return false;
  }

  #expire(): unknown {
    if (this.#isSettled) return false;
    return this.#fail(this.#timeout(TimeoutType.SCHEDULE_TO_CLOSE), RetryState.TIMEOUT);
  }

  #fail(cause: Error, state: RetryState): unknown {
    return this.#settle({ failure: this.#asFailure(cause, state) });
  }

  #asFailure(cause: Error, state: RetryState): ActivityFailure {
    return new ActivityFailure('Activity task failed', this.name, this.id, state, undefined, cause);
  }

  #settle(end: ActivityEnd): unknown {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#attempt = undefined;
    this.#stopWatching();
    return this.#ended(end);
  }

  /** Misses an attempt that takes too long or does not say that it lives. */
  #watch(attempt: Attempt): void {
    const { startToCloseMs, heartbeatMs } = this.bounds;
    const late = (type: TimeoutType) => (attempt === this.#attempt ? this.#failAttempt(this.#timeout(type)) : false);
    if (Number.isFinite(startToCloseMs))
      this.#timers.push(this.clock.after(startToCloseMs, () => late(TimeoutType.START_TO_CLOSE)));
    if (heartbeatMs === undefined) return;
    const listen = (atMs: number) => {
      const timer = this.clock.at(atMs, () => {
        const dueMs = attempt.lastBeatMs + heartbeatMs;
        if (dueMs <= this.clock.nowMs) return late(TimeoutType.HEARTBEAT);
        this.#timers = this.#timers.filter((other) => other !== timer);
        listen(dueMs);
        return false;
      });
      this.#timers.push(timer);
    };
    listen(attempt.lastBeatMs + heartbeatMs);
  }

  #stopWatching(): void {
    for (const timer of this.#timers.splice(0)) this.clock.cancel(timer);
  }

  #timeout(type: TimeoutType): TimeoutFailure {
    return new TimeoutFailure(`activity ${type} timeout`, this.#details, type);
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');
}
