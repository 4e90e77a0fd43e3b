/** What workflow code imports as `@temporalio/workflow`, in virtual time: only what it uses, under the same names. */
import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { ContinuedAsNew, events } from './execution.ts';
import { hearAgain } from './messages.ts';
import { currentScope, Scope } from './scope.ts';

export {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  TimeoutFailure,
} from '@temporalio/common';
export { ParentClosePolicy, startChild } from './children.ts';
export { ContinuedAsNew as ContinueAsNew } from './execution.ts';
export { proxyActivities, proxyLocalActivities } from './proxies.ts';

type Duration = Parameters<typeof msToNumber>[0];
type Definition = { type: 'signal' | 'query' | 'update'; name: string };
// biome-ignore lint/suspicious/noExplicitAny: handlers of any signature are kept side by side.
type Handler = (...args: any[]) => unknown;

/** A scope as workflow code makes it: inside of the one that it is made in. */
export class CancellationScope extends Scope {
  constructor({ cancellable = true }: { cancellable?: boolean } = {}) {
    const parent = currentScope();
    super(parent.execution, { parent, cancellable });
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
  const { execution } = scope;
  return new Promise((resolve, reject) => {
    if (scope.consideredCancelled) return scope.onCancelled(reject);
    execution.historyLength += events.timer;
    const timer = execution.clock.after(Math.max(1, msToNumber(time)), () => {
      stop();
      return execution.activate(resolve);
    });
    const stop = scope.onCancelled((failure) => {
      execution.clock.cancel(timer);
      reject(failure);
    });
  });
}

/** Resolves when `isTrue` returns true after any activation; with a time, to false when it did not by then. */
export function condition(isTrue: () => boolean, time?: Duration): Promise<boolean> {
  const scope = currentScope();
  const { execution } = scope;
  return new Promise((resolve, reject) => {
    if (isTrue() && !scope.consideredCancelled) return resolve(true);
    const done = (end: () => void) => () => {
      stop();
      execution.blocked.delete(blocked);
      execution.clock.cancel(timer);
      end();
    };
    const blocked = { isTrue, resolve: done(() => resolve(true)) };
    const late = done(() => resolve(false));
    const timer =
      time === undefined
        ? undefined
        : execution.clock.after(Math.max(1, msToNumber(time)), () => execution.activate(late));
    execution.historyLength += timer === undefined ? 0 : events.timer;
    execution.blocked.add(blocked);
    let stop = () => undefined as unknown;
    stop = scope.onCancelled((failure) => done(() => reject(failure))());
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
  const { execution } = currentScope();
  const { signal, query, update } = execution.handlers;
  if (type === 'update') update.set(name, { handler, validator });
  else if (type === 'query') query.set(name, handler);
  else {
    signal.set(name, handler);
    hearAgain(execution);
  }
}

/** Lets the workflow hear the signals that it has no handler for. */
export function setDefaultSignalHandler(handler: (name: string, ...args: unknown[]) => unknown): void {
  const { execution } = currentScope();
  execution.handlers.anySignal = handler;
  hearAgain(execution);
}

/** True when no handler of a signal or an update is still running. */
export function allHandlersFinished(): boolean {
  return currentScope().execution.handling === 0;
}

/** Ends this run; the next one of the same id begins with these arguments. Never resolves. */
export async function continueAsNew<_ = unknown>(...args: unknown[]): Promise<never> {
  throw new ContinuedAsNew(args);
}

/** Another workflow, by its id; `signal` rejects when it has ended. */
export function getExternalWorkflowHandle(workflowId: string, runId?: string) {
  return {
    workflowId,
    runId,
    signal(definition: Definition | string, ...args: unknown[]): Promise<void> {
      const scope = currentScope();
      const { execution } = scope;
      const name = typeof definition === 'string' ? definition : definition.name;
      execution.historyLength += events.activity;
      return new Promise((resolve, reject) => {
        if (scope.consideredCancelled) scope.onCancelled(reject);
        else {
          execution.server.sendSignal({ workflowId, runId }, { name, args }, (failure) =>
            execution.activate(() => (failure === undefined ? resolve() : reject(failure))),
          );
        }
      });
    },
  };
}

/** Keyword attributes, as pairs. */
export function upsertSearchAttributes(pairs: readonly { key: { name: string }; value: unknown }[]): void {
  const { execution } = currentScope();
  execution.historyLength += events.marker;
  for (const { key, value } of pairs) execution.attributes[key.name] = value;
}

/** The markdown that the Web UI would show. */
export function setCurrentDetails(details: string): void {
  currentScope().execution.details = details;
}

/** What the run is, and how long its history is, roughly. */
export function workflowInfo() {
  const { execution } = currentScope();
  const { workflowId, runId, firstRunId, type, taskQueue, historyLength, startedAtMs, server } = execution;
  return {
    workflowId,
    runId,
    firstExecutionRunId: firstRunId,
    workflowType: type,
    taskQueue,
    historyLength,
    continueAsNewSuggested: historyLength >= server.eventsPerRun,
    startTime: new Date(startedAtMs),
  };
}

/** Another number each time, the same ones in every replay. */
export function uuid4(): string {
  const { random } = currentScope().execution;
  const hex = (digits: number) => Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[random.between(0, 3)]}${hex(3)}-${hex(12)}`;
}

/** Every run of a simulation began with the code of today. */
export const patched = (_id: string): boolean => true;
/** Nothing is left of the code before. */
export const deprecatePatch = (_id: string): void => undefined;

/** Functions of the worker that a workflow may call without an event. */
export function proxySinks(): Record<string, Record<string, (...args: unknown[]) => void>> {
  const functions = (sink: string) =>
    new Proxy({} as Record<string, (...args: unknown[]) => void>, {
      get:
        (_, name) =>
        (...args: unknown[]) => {
          const sinks = currentScope().execution.server.sinks[sink] as Record<string, Handler> | undefined;
          sinks?.[String(name)]?.(...args);
        },
    });
  return new Proxy({} as Record<string, Record<string, (...args: unknown[]) => void>>, {
    get: (_, sink) => functions(String(sink)),
  });
}

const write = (level: 'info' | 'warn' | 'error' | 'debug') => (message: string, fields?: object) =>
  currentScope().execution.server.logger[level](message, fields);

/** The worker's log. */
export const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
