import type { Execution } from '../../../simulation/temporal/execution.ts';
import type { Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { isOpenAt, wasEnded } from './runs-of.ts';

/** A message and the task after it take no longer, however late they are. */
const underWayMs = 10_000;

/** L1: nothing that was acknowledged is forgotten. */
export const decided: Invariant = {
  name: 'L1',
  statement:
    'Every acknowledged firing alert ends in exactly one recorded decision, and every open run has a timer that bounds its next step.',
  broken: (trace) => forgotten(trace) ?? undecided(trace) ?? firstOf(trace.executions, (run) => unbounded(trace, run)),
};

/** When the hub is there again for good, as far as is known at that moment. */
function heardByMs({ down }: Trace, atMs: number): number {
  const away = down.filter(({ who }) => who === 'hub').toSorted((one, other) => one.fromMs - other.fromMs);
  // It may go again before it has taken what waited for it.
  return away.reduce((byMs, { fromMs, toMs }) => (fromMs <= byMs + underWayMs ? Math.max(byMs, toMs) : byMs), atMs);
}

function forgotten(trace: Trace): string | undefined {
  const { deliveries, executions, endMs } = trace;
  return firstOf(deliveries, ({ atMs, workflowId, status }) => {
    if (status === 'resolved' || heardByMs(trace, atMs) > endMs - underWayMs) return undefined;
    // Also one that somebody terminated before a worker saw it: its alert was taken.
    const heard = executions.some(
      (run) => run.workflowId === workflowId && (isOpenAt(run, atMs) || run.startedAtMs >= atMs),
    );
    return heard ? undefined : `nobody took the alert of ${workflowId} at ${at(atMs)}`;
  });
}

/** A run that has ended says how, unless somebody ended it in Temporal. */
function undecided(trace: Trace): string | undefined {
  return firstOf(trace.runs, (run) =>
    run.closedAtMs === undefined || run.report !== undefined || wasEnded(trace, run)
      ? undefined
      : `${run.workflowId} ended at ${at(run.closedAtMs)} without a decision`,
  );
}

/** Code that waits has asked for something that comes by itself. */
function unbounded({ down, endMs }: Trace, run: Execution): string | undefined {
  if (run.type === 'guard' || run.status !== 'running' || run.isWaitingForWorker) return undefined;
  if (down.some(({ toMs }) => toMs > endMs - underWayMs)) return undefined;
  return run.nextStepByMs === undefined ? `${run.workflowId} waits for ever since ${at(run.startedAtMs)}` : undefined;
}
