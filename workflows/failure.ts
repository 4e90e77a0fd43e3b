import { ActivityFailure, ApplicationFailure, ContinueAsNew, TimeoutFailure } from '@temporalio/workflow';
import type { ErrorCode } from '../domain/run/errors.ts';
import { isObject } from '../domain/text/shapes.ts';

/** The catalogue's code of an activity's failure; INTERNAL for anything that has none. */
export function codeOf(error: unknown): ErrorCode {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  // An act that no worker took in time never began: its permit has ended (activities.ts).
  if (error instanceof ActivityFailure && isUntaken(error)) return 'LEASE_EXPIRED';
  // No worker of the cluster took the work, or none finished it, in all the time it had.
  if (cause instanceof TimeoutFailure) return 'CLUSTER_UNAVAILABLE';
  return cause instanceof ApplicationFailure && cause.type ? (cause.type as ErrorCode) : 'INTERNAL';
}

const isUntaken = ({ activityType, cause }: ActivityFailure) =>
  activityType === 'remediate' && cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';

/** How long the other side asked to be left alone, ms; 0 where it did not. */
export function askedToWaitMs(error: unknown): number {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const [said] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  return isObject(said) && typeof said.retryAfterMs === 'number' && said.retryAfterMs > 0 ? said.retryAfterMs : 0;
}

/** The innermost message: Temporal wraps an activity's failure twice. */
export function rootMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}

/** True for the way in which an execution ends that continues as new: no failure. */
export const isContinuing = (error: unknown): boolean => error instanceof ContinueAsNew;
