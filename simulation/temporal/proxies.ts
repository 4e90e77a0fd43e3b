import type { ActivityOptions, LocalActivityOptions } from '@temporalio/common';
import { type ActivityBounds, boundsOf } from './activity-options.ts';
import { ActivityTask } from './activity-task.ts';
import { currentScope } from './scope.ts';

type Activities = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Activities by name, on their task queue. */
export const proxyActivities = (options: ActivityOptions): Activities => proxy(boundsOf(options, false));

/** Activities by name, run by the worker of the workflow itself. */
export const proxyLocalActivities = (options: LocalActivityOptions): Activities => proxy(boundsOf(options, true));

function proxy(bounds: ActivityBounds): Activities {
  return new Proxy({} as Activities, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        schedule({ name: String(name), args, bounds }),
  });
}

function schedule(activity: { name: string; args: unknown[]; bounds: ActivityBounds }): Promise<unknown> {
  const scope = currentScope();
  return new Promise((resolve, reject) => {
    if (scope.consideredCancelled) {
      scope.onCancelled(reject);
      return;
    }
    const done = (end: (value: never) => void) => (value: unknown) => {
      stop();
      end(value as never);
    };
    const task = new ActivityTask(scope.execution, activity, { resolve: done(resolve), reject: done(reject) });
    const stop = scope.onCancelled(() => task.cancel());
  });
}
