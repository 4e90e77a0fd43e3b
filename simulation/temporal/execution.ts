import { TemporalFailure } from '@temporalio/common';
import type { Clock } from './clock.ts';
import { sent } from './payload.ts';
import { places } from './place.ts';
import { quiet } from './quiet.ts';
import { Random, seedOf } from './random.ts';
import { Scope } from './scope.ts';
import type { Server } from './server.ts';

export type AnyFunction = (...args: never[]) => unknown;

/** How an execution stands. */
export type ExecutionStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'continuedAsNew';

/** What was asked for when an execution was started. */
export interface StartOptions {
  workflowId: string;
  taskQueue: string;
  args: readonly unknown[];
  /** The first run of the chain of continued runs; absent: this one is. */
  firstRunId?: string;
}

/** Thrown by `continueAsNew`: the execution ends, and the next one of the same id begins with these arguments. */
export class ContinuedAsNew extends Error {
  readonly args: readonly unknown[];

  constructor(args: readonly unknown[]) {
    super('workflow continued as new');
    this.args = args;
  }
}

/** Events of history, roughly: what the real server writes for the same thing. */
export const events = { start: 1, task: 3, timer: 2, activity: 3, marker: 1, message: 1, update: 2, child: 2 } as const;

interface Blocked {
  isTrue: () => boolean;
  resolve: () => void;
}

/** One run of a workflow: its code, its handlers and what it waits for. */
export class Execution {
  readonly server: Server;
  readonly type: string;
  readonly workflowId: string;
  readonly runId: string;
  /** The first of the runs that continued as new up to this one. */
  readonly firstRunId: string;
  readonly taskQueue: string;
  readonly startedAtMs: number;
  readonly args: readonly unknown[];
  readonly root: Scope = new Scope(this);
  readonly handlers = {
    signal: new Map<string, AnyFunction>(),
    query: new Map<string, AnyFunction>(),
    update: new Map<string, { handler: AnyFunction; validator?: AnyFunction | undefined }>(),
    anySignal: undefined as ((name: string, ...args: unknown[]) => unknown) | undefined,
  };
  /** Signals that nobody listened to yet. */
  readonly unheard: { name: string; args: readonly unknown[] }[] = [];
  readonly blocked = new Set<Blocked>();
  /** Chance that a replay repeats. */
  readonly random: Random;
  readonly attributes: Record<string, unknown> = {};
  details = '';
  status: ExecutionStatus = 'running';
  closedAtMs: number | undefined;
  result: unknown;
  failure: unknown;
  historyLength: number = events.start;
  /** Handlers of signals and updates that still run. */
  handling = 0;
  #toBegin: (() => void) | undefined;
  #sequence = 0;

  constructor(server: Server, { type, code }: { type: string; code: AnyFunction }, options: StartOptions) {
    this.server = server;
    this.type = type;
    this.workflowId = options.workflowId;
    this.taskQueue = options.taskQueue;
    this.runId = server.nextRunId();
    this.firstRunId = options.firstRunId ?? this.runId;
    this.random = new Random(seedOf(this.runId));
    this.startedAtMs = server.clock.nowMs;
    this.args = options.args;
    this.#toBegin = () => this.#begin(code, sent(options.args));
  }

  get clock(): Clock {
    return this.server.clock;
  }

  /** Its code has run: before that a worker has not come to it yet. */
  get hasBegun(): boolean {
    return this.#toBegin === undefined;
  }

  /** A number that no other activity of this run has. */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Lets workflow code run until all of it waits, conditions that became true included; an ended run hears nothing. */
  async activate(work: () => void): Promise<void> {
    if (this.status !== 'running') return;
    const upAtMs = this.server.upAtMs(this.taskQueue);
    if (upAtMs > this.clock.nowMs) {
      this.clock.at(upAtMs, () => this.activate(work));
      return;
    }
    this.historyLength += events.task;
    places.run(this.root, () => {
      this.#toBegin?.();
      work();
    });
    do await quiet();
    while (this.blocked.size > 0 && places.run(this.root, () => this.#unblock()));
  }

  close(status: ExecutionStatus, { result, failure }: { result?: unknown; failure?: unknown } = {}): void {
    if (this.status !== 'running') return;
    this.status = status;
    this.closedAtMs = this.clock.nowMs;
    this.result = result;
    this.failure = failure;
    this.blocked.clear();
    this.server.closed(this);
  }

  #begin(code: AnyFunction, args: readonly unknown[]): void {
    this.#toBegin = undefined;
    const run = code as (...args: readonly unknown[]) => unknown;
    const ended = (async () => run(...args))();
    ended.then(
      (result) => this.close('completed', { result: sent(result) }),
      (failure: unknown) => this.#fail(failure),
    );
  }

  #fail(failure: unknown): void {
    if (failure instanceof ContinuedAsNew) {
      this.close('continuedAsNew');
      this.server.continued(this, failure.args);
    } else if (failure instanceof TemporalFailure) {
      this.close(failure.name === 'CancelledFailure' ? 'cancelled' : 'failed', { failure });
    } else {
      // Under Temporal the workflow task fails and is tried for ever: a fault of ours, never an outcome.
      this.server.stop(failure);
    }
  }

  /** True when a condition became true, so that code goes on. */
  #unblock(): boolean {
    let isAny = false;
    for (const blocked of this.blocked) {
      if (!blocked.isTrue()) continue;
      this.blocked.delete(blocked);
      blocked.resolve();
      isAny = true;
    }
    return isAny;
  }
}
