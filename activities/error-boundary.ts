import { ApplicationFailure, CancelledFailure, CompleteAsyncError } from '@temporalio/activity';
import { errors, MendflowError } from '../domain/run/errors.ts';

type AnyActivity = (...args: never[]) => Promise<unknown>;

/**
 * The one place where an error becomes a Temporal failure: its type is the catalogue's code, and the catalogue says
 * whether it may be retried. What has no code is a fault of ours, INTERNAL, and is not retried.
 */
export function withErrorBoundary<A extends object>(activities: A): A {
  const guarded = Object.entries(activities).map(([name, run]) => [name, bounded(run as AnyActivity)]);
  return Object.fromEntries(guarded) as A;
}

function bounded(run: AnyActivity): AnyActivity {
  return async (...args) => {
    try {
      return await run(...args);
    } catch (error) {
      throw asFailure(error);
    }
  };
}

/** Cancellation and Temporal's own failures pass through untouched. */
function asFailure(error: unknown): unknown {
  if (error instanceof CancelledFailure || error instanceof CompleteAsyncError || error instanceof ApplicationFailure)
    return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  if (!(error instanceof MendflowError)) {
    return ApplicationFailure.create({
      type: 'INTERNAL',
      message: String(error),
      nonRetryable: true,
      cause: error as Error,
    });
  }
  const { code, message, retryAfterMs, cause } = error;
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: !errors[code].retry,
    // The SDK keeps nextRetryDelay from workflows, so the failure says it to them in its details.
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs, details: [{ retryAfterMs }] }),
    ...(cause instanceof Error ? { cause } : {}),
  });
}
