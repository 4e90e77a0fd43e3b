import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { Clock } from './clock.ts';
import {
  type Command,
  ContinuedAsNew,
  type End,
  type Job,
  type LocalOrder,
  type Moment,
  type Reply,
  type UpdateJob,
} from './commands.ts';
import { executionContexts, type Logger } from './execution-context.ts';
import { sent, wasTooLarge } from './payload.ts';
import { quiet } from './quiet.ts';
import { Random, seedOf } from './random.ts';
import { currentScope, Scope } from './scope.ts';

export type AnyFunction = (...args: never[]) => unknown;
type Heard = (...args: readonly unknown[]) => unknown;

interface Blocked {
  isTrue: () => boolean;
  resolve: () => void;
}

type Counted = 'timer' | 'activity' | 'signal' | 'child' | 'other';

/** The run whose code it is. */
interface CodeRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly firstRunId: string;
  readonly type: string;
  readonly taskQueue: string;
  readonly args: readonly unknown[];
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly accepted: ReadonlySet<string>;
  readonly server: { readonly sinks: Record<string, object>; readonly logger: Logger; stop(error: unknown): void };
}

/** A workflow's code in the memory of a worker: it can be thrown away and made again from what it was told. */
export class Instance {
  readonly execution: CodeRun;
  readonly root: Scope;
  readonly random: Random;
  readonly handlers = {
    signal: new Map<string, AnyFunction>(),
    query: new Map<string, AnyFunction>(),
    update: new Map<string, { handler: AnyFunction; validator?: AnyFunction | undefined }>(),
    anySignal: undefined as ((name: string, ...args: unknown[]) => unknown) | undefined,
  };
  readonly blocked = new Set<Blocked>();
  readonly patches = new Set<string>();
  readonly #unheard: Extract<Job, { kind: 'signal' }>[] = [];
  readonly #early: UpdateJob[] = [];
  readonly #waiting = new Map<string, Reply>();
  readonly #sequences = { timer: 0, activity: 0, signal: 0, child: 0, other: 0 };
  readonly #code: AnyFunction;
  /** What was asked for since the last task was completed, local activities aside. */
  #commands: Command[] = [];
  /** What the worker itself does at once. */
  #local: LocalOrder[] = [];
  readonly #localSeqs = new Set<number>();
  /** Calls to the worker's sinks, which the code does not wait for. */
  #sinkCalls: (() => void)[] = [];
  /** One line for everything that the code asked for in this activation. */
  #trail: string[] = [];
  moment: Moment;
  details = '';
  isReplaying = false;
  /** Handlers of signals and updates that still run. */
  handling = 0;
  end: End | undefined;

  constructor(execution: CodeRun, code: AnyFunction, moment: Moment) {
    this.execution = execution;
    this.#code = code;
    this.moment = moment;
    this.root = new Scope(this);
    this.random = new Random(seedOf(execution.runId));
  }

  nextSequence(of: Counted): number {
    this.#sequences[of] += 1;
    return this.#sequences[of];
  }

  /** Asks for something; the code hears of it by a job of that sequence. */
  ask(command: Command, reply?: Reply): void {
    if (this.end !== undefined) return;
    const { kind, seq } = command;
    if (reply !== undefined) this.#waiting.set(keyOf(kind, seq), reply);
    // An update that was refused leaves no trace.
    if (kind !== 'answer' || command.isRefused !== true) this.#trail.push(`${keyOf(kind, seq)} ${nameOf(command)}`);
    if (kind === 'close') this.end = command.end;
    if (kind === 'activity' && command.bounds.isLocal) {
      this.#localSeqs.add(seq);
      this.#local.push({ begin: command });
    } else if (kind === 'cancelActivity' && this.#localSeqs.has(seq)) this.#local.push({ cancel: seq });
    else this.#commands.push(command);
  }

  /** Does it when the code waits again; code that is run again says nothing. */
  afterwards(call: () => void): void {
    if (!this.isReplaying) this.#sinkCalls.push(call);
  }

  /** Puts the end of a local activity on record, where it came among what the code asked for. */
  mark(marker: Extract<Command, { kind: 'marker' }>): void {
    this.#commands.push(marker);
  }

  /** Takes back what the server has not heard yet; false when it has. */
  withdraw(kind: 'timer' | 'activity', seq: number): boolean {
    const index = this.#commands.findIndex((command) => command.kind === kind && command.seq === seq);
    if (index < 0) return false;
    this.#commands.splice(index, 1);
    this.#trail.push(`no ${keyOf(kind, seq)}`);
    return true;
  }

  /** Waits for it no more; false when it is over already. */
  forget(kind: 'timer' | 'activity', seq: number): boolean {
    return this.#waiting.delete(keyOf(kind, seq));
  }

  /** What the task that ends now has to say. */
  takeCommands(): Command[] {
    return this.#commands.splice(0);
  }

  /** Local activities to begin or to cancel. */
  takeLocal(): LocalOrder[] {
    return this.#local.splice(0);
  }

  /** Does the jobs and lets the code run until all of it waits; gives a trail of what it asked for. */
  async activate(jobs: readonly Job[], moment: Moment): Promise<readonly string[]> {
    this.moment = moment;
    this.#trail = [];
    executionContexts.run(this.root, () => {
      for (const job of jobs) {
        this.#do(job);
        this.#unblock();
      }
      if (jobs[0]?.kind === 'start') this.#begin();
      this.#unblock();
    });
    do await quiet();
    while (this.blocked.size > 0 && executionContexts.run(this.root, () => this.#unblock()));
    for (const update of this.#early.splice(0)) this.#refuse(update, noHandler(update.name));
    for (const call of this.#sinkCalls.splice(0)) call();
    return this.#trail;
  }

  /** Gives the signals and updates that nobody listened to so far to whoever does now. */
  hearAgain(): void {
    for (const signal of this.#unheard.splice(0)) this.#hearSignal(signal);
    for (const update of this.#early.splice(0)) this.#hearUpdate(update);
  }

  /** The answer to a query, a copy of it. Throws when there is no such query. */
  answer(name: string, args: readonly unknown[]): unknown {
    const handler = this.handlers.query.get(name) as Heard | undefined;
    if (handler === undefined) throw new Error(`workflow ${this.execution.workflowId} has no query ${name}`);
    return executionContexts.run(this.root, () => sent(handler(...args)));
  }

  #do(job: Job): unknown {
    switch (job.kind) {
      case 'start':
        return undefined;
      case 'signal':
        return this.#hearSignal(job);
      case 'update':
        return this.#hearUpdate(job);
      case 'cancel':
        return this.root.cancel();
      case 'fire':
        return this.#settle('timer', job.seq, (reply) => reply.resolve(undefined));
      case 'resolve':
        return this.#settle(job.of, job.seq, (reply) =>
          'failure' in job ? reply.reject(job.failure) : reply.resolve(sent(job.value)),
        );
      default:
        return job satisfies never;
    }
  }

  /** What the code does not wait for any more is not heard. */
  #settle(
    kind: 'timer' | 'activity' | 'signal' | 'child' | 'childEnd',
    seq: number,
    say: (reply: Reply) => void,
  ): void {
    const key = keyOf(kind, seq);
    const reply = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (reply !== undefined) say(reply);
  }

  #begin(): void {
    const run = this.#code as Heard;
    const args = sent(this.execution.args);
    const ended = (async () => run(...args))();
    ended.then(
      (result) => this.#close({ status: 'completed', result: sent(result) }),
      (failure: unknown) => this.#fail(failure),
    );
  }

  #close(end: End): void {
    // Its value was sent right before.
    const isTooLarge = 'failure' in end ? false : wasTooLarge();
    this.ask({ kind: 'close', seq: 0, end, ...(isTooLarge && { isTooLarge }) });
  }

  #fail(failure: unknown): void {
    if (failure instanceof ContinuedAsNew) this.#close({ status: 'continuedAsNew', args: sent(failure.args) });
    else if (failure instanceof TemporalFailure)
      this.#close({ status: failure.name === 'CancelledFailure' ? 'cancelled' : 'failed', failure });
    // The workflow task fails and is tried for ever: a fault of ours, never an outcome.
    else this.execution.server.stop(failure);
  }

  #hearSignal(signal: Extract<Job, { kind: 'signal' }>): void {
    const { name, args } = signal;
    const handler = this.handlers.signal.get(name) as Heard | undefined;
    const { anySignal } = this.handlers;
    if (handler !== undefined) this.#handle(() => handler(...args)).catch((error: unknown) => this.#fail(error));
    else if (anySignal !== undefined)
      this.#handle(() => anySignal(name, ...args)).catch((error: unknown) => this.#fail(error));
    else this.#unheard.push(signal);
  }

  #hearUpdate(update: UpdateJob): void {
    const known = this.handlers.update.get(update.name);
    if (known === undefined) {
      this.#early.push(update);
      return;
    }
    try {
      // A validator is asked once: what was accepted is not asked again.
      if (!this.isReplaying || !this.execution.accepted.has(update.id))
        (known.validator as Heard | undefined)?.(...sent(update.args));
    } catch (error) {
      this.#refuse(update, error);
      return;
    }
    this.ask({ kind: 'accept', seq: this.nextSequence('other'), update });
    this.#handle(() => (known.handler as Heard)(...sent(update.args))).then(
      (value) => this.ask({ kind: 'answer', seq: this.nextSequence('other'), update, value: sent(value) }),
      (failure: unknown) => {
        // Anything but a failure of Temporal's fails the task, as in the workflow's own code.
        if (failure instanceof TemporalFailure)
          this.ask({ kind: 'answer', seq: this.nextSequence('other'), update, failure });
        else this.#fail(failure);
      },
    );
  }

  #refuse(update: UpdateJob, failure: unknown): void {
    this.ask({ kind: 'answer', seq: 0, update, failure, isRefused: true });
  }

  #handle(handler: () => unknown): Promise<unknown> {
    this.handling += 1;
    const run = async () => handler();
    return run().finally(() => {
      this.handling -= 1;
    });
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

/** The workflow code that runs now. Throws outside of a workflow. */
export function currentInstance(): Instance {
  const { owner } = currentScope();
  if (owner instanceof Instance) return owner;
  throw new Error('this may only be called from workflow code');
}

const keyOf = (kind: string, seq: number) => `${kind} ${seq}`;

const nameOf = (command: Command) => ('name' in command ? command.name : 'type' in command ? command.type : '');

const noHandler = (name: string) => ApplicationFailure.nonRetryable(`No registered handler for update: ${name}`);
