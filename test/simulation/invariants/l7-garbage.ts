import { firstOf, type Invariant } from './invariant.ts';

/** L7: anybody who can write to Temporal can send anything. */
export const garbage: Invariant = {
  name: 'L7',
  statement: 'No message from outside, of any shape and any number, stops a workflow or ends a run.',
  broken: ({ stuck, executions }) =>
    (stuck === undefined ? undefined : `time stands still: ${stuck}`) ??
    firstOf(executions, ({ status, workflowId, failure }) =>
      status === 'failed' ? `${workflowId} failed: ${String(failure)}` : undefined,
    ),
};
