import { ApplicationFailure, RetryState, type TimeoutFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { ActivityBounds } from './activity-options.ts';

/** Where an activity stands after a failed attempt. */
interface Standing {
  /** Attempts so far. */
  attempts: number;
  /** Until its schedule-to-close timeout. */
  leftMs: number;
  isCancelRequested: boolean;
}

/** Time until the next attempt, or why there is none. */
export function retryAfter(
  failure: ApplicationFailure | TimeoutFailure,
  { initialMs, coefficient, longestMs, attempts: most, never }: ActivityBounds['retry'],
  { attempts, leftMs, isCancelRequested }: Standing,
): number | RetryState {
  if (isCancelRequested) return RetryState.CANCEL_REQUESTED;
  const told = failure instanceof ApplicationFailure ? failure : undefined;
  if (told !== undefined && (told.nonRetryable === true || never.includes(told.type ?? ''))) {
    return RetryState.NON_RETRYABLE_FAILURE;
  }
  if (attempts >= most) return RetryState.MAXIMUM_ATTEMPTS_REACHED;
  const backoffMs = Math.min(longestMs, initialMs * coefficient ** (attempts - 1));
  const delayMs = told?.nextRetryDelay == null ? backoffMs : msToNumber(told.nextRetryDelay);
  return delayMs > leftMs ? RetryState.TIMEOUT : delayMs;
}
