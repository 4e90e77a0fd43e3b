import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  CancelledFailure,
  type LocalActivityOptions,
  RetryState,
} from '@temporalio/common';
import { type ActivityBounds, boundsOf } from './activity-options.ts';
import type { ActivityOrder } from './commands.ts';
import { currentInstance, type Instance } from './instance.ts';
import { sent, wasTooLarge } from './payload.ts';
import { currentScope } from './scope.ts';

type Activities = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Activities by name, on their task queue. */
export const proxyActivities = (options: ActivityOptions): Activities =>
  proxy(boundsOf(options, false), options.summary);

/** Activities by name, run by the worker of the workflow itself. */
export const proxyLocalActivities = (options: LocalActivityOptions): Activities =>
  proxy(boundsOf(options, true), options.summary);

function proxy(bounds: ActivityBounds, summary?: string): Activities {
  return new Proxy({} as Activities, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        schedule({ name: String(name), args, bounds, ...(summary === undefined ? {} : { summary }) }),
  });
}

function schedule(order: ActivityOrder): Promise<unknown> {
  const scope = currentScope();
  const instance = currentInstance();
  const seq = instance.nextSequence('activity');
  return new Promise((resolve, reject) => {
    if (scope.consideredCancelled) {
      scope.onCancelled(reject);
      return;
    }
    const done = (end: (value: never) => void) => (value: unknown) => {
      stop();
      end(value as never);
    };
    // As it is now: what becomes of it in the workflow later is not in the history.
    const command = {
      kind: 'activity' as const,
      seq,
      ...order,
      args: sent(order.args),
      ...(wasTooLarge() && { isTooLarge: true }),
    };
    instance.ask(command, { resolve: done(resolve), reject: done(reject) });
    const stop = scope.onCancelled(() => cancel(instance, { ...order, seq }, reject));
  });
}

/** Does not want it any more. Whether the code waits until it has stopped is a matter of its options. */
function cancel(
  instance: Instance,
  { seq, name, bounds }: ActivityOrder & { seq: number },
  reject: (failure: Error) => void,
): void {
  const isUnsaid = instance.withdraw('activity', seq);
  const waits = bounds.cancellation === ActivityCancellationType.WAIT_CANCELLATION_COMPLETED && !isUnsaid;
  if (!waits) {
    if (!instance.forget('activity', seq)) return;
    const cause = new CancelledFailure('Activity cancelled');
    reject(
      new ActivityFailure('Activity task failed', name, String(seq), RetryState.CANCEL_REQUESTED, undefined, cause),
    );
  }
  if (isUnsaid || bounds.cancellation === ActivityCancellationType.ABANDON) return;
  instance.ask({ kind: 'cancelActivity', seq });
}
