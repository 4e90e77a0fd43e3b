/** What activity code imports as `@temporalio/activity`, in virtual time: only what it uses, under the same names. */
import { type Attempt, currentAttempt } from './attempt.ts';

export { ApplicationFailure, CancelledFailure, CompleteAsyncError } from '@temporalio/common';

/** The attempt that the code runs in. */
export const Context = { current: (): Attempt => currentAttempt() };

/** What Temporal knows of the attempt. */
export const activityInfo = () => currentAttempt().info;

/** Says that the attempt lives. */
export const heartbeat = (details?: unknown): void => currentAttempt().heartbeat(details);

/** Sleeps in virtual time; ends when the attempt does. */
export const sleep = (ms: number): Promise<void> => currentAttempt().sleep(ms);

/** Aborts when the workflow does not want the activity any more. */
export const cancellationSignal = (): AbortSignal => currentAttempt().cancellationSignal;
