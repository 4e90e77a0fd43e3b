import { workflowTypes } from '../../../domain/run/contract.ts';
import type { Execution } from '../../../simulation/temporal/execution.ts';
import type { RunView } from '../../../simulation/world.ts';
import { receivers } from '../search/schedule.ts';
import { eventsPerRun } from '../search/setup.ts';
import type { Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { lineAtMs, minuteMs, overlaps, wasDisturbed, wasEnded } from './runs-of.ts';

/** A run that was stopped ends within this, whatever its receivers do; taking back may take five minutes. */
const endsByMs = 10 * minuteMs;
/** What the guard may have in hand when its history is long enough. */
const guardOverrun = 60;
/** A receiver that is back has its page within this. */
const pagedByMs = 6 * minuteMs;

/** L6: receivers that fail. */
export const undeliverable: Invariant = {
  name: 'L6',
  statement:
    'An undeliverable message never blocks the end of a run or the guard’s continue-as-new, and a page always goes out.',
  broken: (trace) =>
    held(trace) ??
    firstOf(trace.executions, (execution) => guardHeld(trace, execution)) ??
    firstOf(trace.runs, (run) => unpaged(trace, run)) ??
    firstOf(trace.told, (page) => leftOpen(trace, page)),
};

function held(trace: Trace): string | undefined {
  const { said, runs, endMs } = trace;
  return firstOf(said, ({ runId, answer, atMs, verb }) => {
    if (!/^(abort|takeOver) is taken/.test(answer) || atMs + endsByMs > endMs) return undefined;
    const run = runs.find((other) => other.runId === runId);
    if (run === undefined || wasDisturbed(trace, atMs, atMs + endsByMs)) return undefined;
    return (run.closedAtMs ?? Number.POSITIVE_INFINITY) > atMs + endsByMs
      ? `${run.workflowId} was stopped (${verb}) at ${at(atMs)} and is still open`
      : undefined;
  });
}

/** The guard has messages that no receiver takes, and does not continue as new because of them. */
function guardHeld({ away }: Trace, { type, runId, historyLength, startedAtMs, closedAtMs }: Execution) {
  const toMs = closedAtMs ?? Number.POSITIVE_INFINITY;
  if (type !== workflowTypes.guard || !away.some((span) => overlaps(span, { fromMs: startedAtMs, toMs })))
    return undefined;
  return historyLength > eventsPerRun + guardOverrun
    ? `the guard’s run ${runId} has ${historyLength} events, with a receiver that takes nothing`
    : undefined;
}

/** Nobody has the page of an escalation, though its receiver is there, or was there again for long enough. */
function unpaged(trace: Trace, run: RunView): string | undefined {
  const askedMs = lineAtMs(run, (what) => what.startsWith('a person is asked'));
  if (askedMs === undefined || wasEnded(trace, run)) return undefined;
  const isPage = (receiver: string) =>
    trace.told.some(
      (told) =>
        told.receiver === receiver && told.notification.kind === 'escalation' && told.notification.runId === run.runId,
    );
  if (receivers.some(isPage)) return undefined;
  const spans = trace.away.filter(({ receiver }) => receivers.some((one) => one === receiver));
  if (spans.some(({ how }) => how === 'refuses')) return undefined;
  // A run that closes takes its page back: what nobody heard of need not be told.
  const untilMs = Math.min(run.closedAtMs ?? Number.POSITIVE_INFINITY, trace.endMs);
  const dueMs = Math.max(askedMs, ...spans.map(({ toMs }) => toMs)) + pagedByMs;
  if (dueMs > untilMs || wasDisturbed(trace, askedMs, dueMs)) return undefined;
  return `nobody heard of ${run.workflowId}, which asked for a person at ${at(askedMs)}, by ${at(dueMs)}`;
}

/** A page came after its run had ended, and whoever has it does not hear of the end. */
function leftOpen(trace: Trace, { atMs, receiver, notification }: Trace['told'][number]): string | undefined {
  if (notification.kind !== 'escalation') return undefined;
  const run = trace.runs.find(({ runId }) => runId === notification.runId);
  if (run?.report === undefined || run.closedAtMs === undefined || run.closedAtMs >= atMs) return undefined;
  const untilMs = atMs + pagedByMs;
  if (untilMs > trace.endMs || wasDisturbed(trace, run.closedAtMs, untilMs)) return undefined;
  if (trace.away.some((span) => span.receiver === receiver && overlaps(span, { fromMs: atMs, toMs: untilMs })))
    return undefined;
  const isTold = trace.told.some(
    (told) =>
      told.receiver === receiver &&
      told.atMs >= atMs &&
      told.notification.kind === 'closed' &&
      told.notification.runId === run.runId,
  );
  return isTold
    ? undefined
    : `${receiver} has a page of ${run.workflowId} since ${at(atMs)}, and not that it had ended`;
}
