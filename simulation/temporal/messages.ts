import { type Execution, events } from './execution.ts';
import { sent } from './payload.ts';
import { places } from './place.ts';

type Heard = (...args: readonly unknown[]) => unknown;

/** Gives a signal to its handler, or keeps it until there is one; must be called within `activate`. */
export function hearSignal(execution: Execution, name: string, args: readonly unknown[]): void {
  execution.historyLength += events.message;
  const { signal, anySignal } = execution.handlers;
  const handler = signal.get(name) as Heard | undefined;
  if (handler !== undefined) handle(execution, () => handler(...args));
  else if (anySignal !== undefined) handle(execution, () => anySignal(name, ...args));
  else execution.unheard.push({ name, args });
}

/** Gives the signals that nobody listened to so far to whoever does now. */
export function hearAgain(execution: Execution): void {
  for (const { name, args } of execution.unheard.splice(0)) {
    execution.historyLength -= events.message;
    hearSignal(execution, name, args);
  }
}

/** The answer to a query, a copy of it. Throws when there is no such query. */
export function answerQuery(execution: Execution, name: string, args: readonly unknown[]): unknown {
  const handler = execution.handlers.query.get(name) as Heard | undefined;
  if (handler === undefined) throw new Error(`workflow ${execution.workflowId} has no query ${name}`);
  return places.run(execution.root, () => sent(handler(...args)));
}

/** Where the result of an update goes. */
export interface Reply {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Validates an update and runs its handler; must be called within `activate`. */
export function hearUpdate(execution: Execution, name: string, args: readonly unknown[], reply: Reply): void {
  const known = execution.handlers.update.get(name);
  try {
    if (known === undefined) throw new Error(`workflow ${execution.workflowId} has no update ${name}`);
    (known.validator as Heard | undefined)?.(...args);
  } catch (error) {
    reply.reject(error);
    return;
  }
  execution.historyLength += events.update;
  const handler = known?.handler as Heard;
  handle(execution, async () => {
    try {
      reply.resolve(sent(await handler(...args)));
    } catch (error) {
      reply.reject(error);
    }
  });
}

/** Runs a handler; what it throws is a fault of ours, as in a signal under Temporal. */
function handle(execution: Execution, handler: () => unknown): void {
  execution.handling += 1;
  const run = async () => handler();
  run()
    .catch((error: unknown) => execution.server.stop(error))
    .finally(() => {
      execution.handling -= 1;
    });
}
