import { ActivityCancellationType, type ActivityOptions, type LocalActivityOptions } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';

/** The options of an activity with all durations in milliseconds and the server's defaults filled in. */
export interface ActivityBounds {
  isLocal: boolean;
  /** Absent: the queue of the workflow. */
  taskQueue: string | undefined;
  startToCloseMs: number;
  scheduleToCloseMs: number;
  heartbeatMs: number | undefined;
  cancellation: ActivityCancellationType;
  retry: { initialMs: number; coefficient: number; longestMs: number; attempts: number; never: readonly string[] };
}

const forever = Number.POSITIVE_INFINITY;

/** Reads the options as Temporal does. Throws when no timeout is set, as Temporal does. */
export function boundsOf(options: ActivityOptions | LocalActivityOptions, isLocal: boolean): ActivityBounds {
  const { startToCloseTimeout, scheduleToCloseTimeout, retry = {} } = options;
  if (startToCloseTimeout === undefined && scheduleToCloseTimeout === undefined) {
    throw new TypeError('Required either scheduleToCloseTimeout or startToCloseTimeout');
  }
  const { heartbeatTimeout, taskQueue } = options as ActivityOptions;
  const initialMs = msToNumber(retry.initialInterval ?? '1s');
  return {
    isLocal,
    taskQueue,
    startToCloseMs: startToCloseTimeout === undefined ? forever : msToNumber(startToCloseTimeout),
    scheduleToCloseMs: scheduleToCloseTimeout === undefined ? forever : msToNumber(scheduleToCloseTimeout),
    heartbeatMs: heartbeatTimeout === undefined ? undefined : msToNumber(heartbeatTimeout),
    cancellation: options.cancellationType ?? ActivityCancellationType.TRY_CANCEL,
    retry: {
      initialMs,
      coefficient: retry.backoffCoefficient ?? 2,
      longestMs: retry.maximumInterval === undefined ? initialMs * 100 : msToNumber(retry.maximumInterval),
      attempts: retry.maximumAttempts ?? forever,
      never: retry.nonRetryableErrorTypes ?? [],
    },
  };
}
