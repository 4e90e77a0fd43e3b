/** What workflow code imports as `@temporalio/workflow`, in virtual time: only what it uses, under the same names. */
import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { ContinuedAsNew } from './commands.ts';
import { currentInstance } from './instance.ts';
import { sent } from './payload.ts';
import { currentScope, Scope } from './scope.ts';

export {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  TimeoutFailure,
} from '@temporalio/common';
export { ParentClosePolicy, startChild } from './children.ts';
export { ContinuedAsNew as ContinueAsNew } from './commands.ts';
export { proxyActivities, proxyLocalActivities } from './proxies.ts';
export { isInWorkflow as inWorkflowContext } from './scope.ts';

type Duration = Parameters<typeof msToNumber>[0];
type Definition = { type: 'signal' | 'query' | 'update'; name: string };
// biome-ignore lint/suspicious/noExplicitAny: handlers of any signature are kept side by side.
type Handler = (...args: any[]) => unknown;

/** A scope as workflow code makes it: inside of the one that it is made in. */
export class CancellationScope extends Scope {
  constructor({ cancellable = true }: { cancellable?: boolean } = {}) {
    const parent = currentScope();
    super(parent.owner, { parent, cancellable });
  }

  static current(): Scope {
    return currentScope();
  }

  static cancellable<T>(work: () => Promise<T>): Promise<T> {
    return new CancellationScope().run(work);
  }

  static nonCancellable<T>(work: () => Promise<T>): Promise<T> {
    return new CancellationScope({ cancellable: false }).run(work);
  }
}

/** True for a cancellation of the code itself and of an activity that was cancelled with it. */
export function isCancellation(error: unknown): boolean {
  return (
    error instanceof CancelledFailure ||
    (error instanceof ActivityFailure && (error.cause as unknown) instanceof CancelledFailure)
  );
}

/** Resolves after that time; rejects when the scope is cancelled before. */
export function sleep(time: Duration): Promise<void> {
  const scope = currentScope();
  const instance = currentInstance();
  const seq = instance.nextSequence('timer');
  return new Promise((resolve, reject) => {
    if (scope.consideredCancelled) {
      scope.onCancelled(reject);
      return;
    }
    let stop = () => undefined as unknown;
    const fired = () => {
      stop();
      resolve();
    };
    instance.ask({ kind: 'timer', seq, ms: Math.max(1, msToNumber(time)) }, { resolve: fired, reject });
    stop = scope.onCancelled((failure) => {
      if (!instance.forget('timer', seq)) return;
      if (!instance.withdraw('timer', seq)) instance.ask({ kind: 'cancelTimer', seq });
      reject(failure);
    });
  });
}

/** Resolves when `isTrue` returns true after any activation; with a time, to false when it did not by then. */
export function condition(isTrue: () => boolean, time?: Duration): Promise<boolean> {
  if (time === undefined) return holds(isTrue);
  return CancellationScope.cancellable(async () => {
    try {
      return await Promise.race([sleep(time).then(() => false), holds(isTrue)]);
    } finally {
      CancellationScope.current().cancel();
    }
  });
}

function holds(isTrue: () => boolean): Promise<boolean> {
  const scope = currentScope();
  const { blocked: all } = currentInstance();
  return new Promise((resolve, reject) => {
    let stop = () => undefined as unknown;
    const end = () => {
      stop();
      resolve(true);
    };
    const blocked = { isTrue, resolve: end };
    if (scope.consideredCancelled) {
      scope.onCancelled(reject);
      return;
    }
    if (isTrue()) {
      resolve(true);
      return;
    }
    all.add(blocked);
    stop = scope.onCancelled((failure) => {
      all.delete(blocked);
      reject(failure);
    });
  });
}

/** A kind of message; the same definition serves any workflow. */
export const defineSignal = (name: string) => ({ type: 'signal', name }) as const;
/** A kind of question; the same definition serves any workflow. */
export const defineQuery = (name: string) => ({ type: 'query', name }) as const;
/** A kind of message with an answer; the same definition serves any workflow. */
export const defineUpdate = (name: string) => ({ type: 'update', name }) as const;

/** Lets the workflow hear that kind of message; signals that came before are heard now. */
export function setHandler({ type, name }: Definition, handler: Handler, { validator }: { validator?: Handler } = {}) {
  const instance = currentInstance();
  const { signal, query, update } = instance.handlers;
  if (type === 'update') update.set(name, { handler, validator });
  else if (type === 'query') query.set(name, handler);
  else signal.set(name, handler);
  if (type !== 'query') instance.hearAgain();
}

/** Lets the workflow hear the signals that it has no handler for. */
export function setDefaultSignalHandler(handler: (name: string, ...args: unknown[]) => unknown): void {
  const instance = currentInstance();
  instance.handlers.anySignal = handler;
  instance.hearAgain();
}

/** True when no handler of a signal or an update is still running. */
export function allHandlersFinished(): boolean {
  return currentInstance().handling === 0;
}

/** Ends this run; the next one of the same id begins with these arguments. Never resolves. */
export async function continueAsNew<_ = unknown>(...args: unknown[]): Promise<never> {
  throw new ContinuedAsNew(args);
}

/** Another workflow, by its id; `signal` rejects when it has ended, and when it is the workflow itself. */
export function getExternalWorkflowHandle(workflowId: string, runId?: string) {
  return {
    workflowId,
    runId,
    signal(definition: Definition | string, ...args: unknown[]): Promise<void> {
      const scope = currentScope();
      const instance = currentInstance();
      const name = typeof definition === 'string' ? definition : definition.name;
      const seq = instance.nextSequence('signal');
      return new Promise((resolve, reject) => {
        if (scope.consideredCancelled) {
          scope.onCancelled(reject);
          return;
        }
        const to = { workflowId, ...(runId === undefined ? {} : { runId }) };
        instance.ask({ kind: 'signal', seq, ...to, name, args: sent(args) }, { resolve: () => resolve(), reject });
      });
    },
  };
}

/** Keyword attributes, as pairs. */
export function upsertSearchAttributes(pairs: readonly { key: { name: string }; value: unknown }[]): void {
  const instance = currentInstance();
  const all = Object.fromEntries(pairs.map(({ key, value }) => [key.name, value]));
  instance.ask({ kind: 'attributes', seq: instance.nextSequence('other'), pairs: all });
}

/** The markdown that the Web UI would show. */
export function setCurrentDetails(details: string): void {
  currentInstance().details = details;
}

/** What the run is, and how long its history was when the task began. */
export function workflowInfo() {
  const { execution, moment } = currentInstance();
  const { workflowId, runId, firstRunId, type, taskQueue, startedAtMs } = execution;
  return {
    workflowId,
    runId,
    firstExecutionRunId: firstRunId,
    // Nobody resets a run here.
    originalExecutionRunId: runId,
    workflowType: type,
    taskQueue,
    historyLength: moment.historyLength,
    continueAsNewSuggested: moment.isLong,
    startTime: new Date(startedAtMs),
  };
}

/** Another number each time, the same ones in every replay. */
export function uuid4(): string {
  const { random } = currentInstance();
  const hex = (digits: number) => Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[random.between(0, 3)]}${hex(3)}-${hex(12)}`;
}

/** Every run of a simulation began with the code of today, so every patch applies; the first time it costs a marker. */
export function patched(id: string): boolean {
  markPatch(id, false);
  return true;
}

/** Nothing is left of the code before. */
export const deprecatePatch = (id: string): void => markPatch(id, true);

function markPatch(id: string, isDeprecated: boolean): void {
  const instance = currentInstance();
  if (instance.patches.has(id)) return;
  instance.patches.add(id);
  instance.ask({ kind: 'patch', seq: instance.nextSequence('other'), id, isDeprecated });
}

/** Functions of the worker that a workflow may call without an event. */
export function proxySinks(): Record<string, Record<string, (...args: unknown[]) => void>> {
  const functions = (sink: string) =>
    new Proxy({} as Record<string, (...args: unknown[]) => void>, {
      get:
        (_, name) =>
        (...args: unknown[]) => {
          const instance = currentInstance();
          const sinks = instance.execution.server.sinks[sink] as Record<string, Handler> | undefined;
          instance.afterwards(() => sinks?.[String(name)]?.(...args));
        },
    });
  return new Proxy({} as Record<string, Record<string, (...args: unknown[]) => void>>, {
    get: (_, sink) => functions(String(sink)),
  });
}

const write = (level: 'info' | 'warn' | 'error' | 'debug') => (message: string, fields?: object) => {
  const { isReplaying, execution } = currentInstance();
  if (!isReplaying) execution.server.logger[level](message, fields);
};

/** The worker's log. */
export const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
