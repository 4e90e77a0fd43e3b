import { passesByItself } from '../../../domain/run/way-back.ts';
import type { RunView } from '../../../simulation/world.ts';
import type { Delivery, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { isOpenAt, lineAtMs, minuteMs, overlaps, wasDisturbed } from './runs-of.ts';

/** An escalation looks at the cluster at least this often, and needs some minutes to be sure. */
const looksEveryMs = 35 * minuteMs;
/** Without news an escalation looks after 1, 3, 7, 15 and 31 minutes, and then every half an hour. */
const looksBeforePaced = 5;
const looksPacedMs = 30 * minuteMs;
/** An alert that comes and goes is told no more often. */
const toldByMs = 15 * minuteMs;

/** L4: an escalation is not deaf. */
export const listening: Invariant = {
  name: 'L4',
  statement:
    'An escalation listens for as long as it is open: a new firing after a resolve is told, a target that is gone or healthy closes it, and its rechecks back off and never stop.',
  broken: (trace) => firstOf(trace.runs, (run) => deaf(trace, run)),
};

const escalatedAtMs = (run: RunView) => lineAtMs(run, (what) => what.startsWith('a person is asked'));

function deaf(trace: Trace, run: RunView): string | undefined {
  const sinceMs = escalatedAtMs(run);
  if (sinceMs === undefined) return undefined;
  return (
    stillOpen(trace, run, sinceMs) ??
    firstOf(trace.deliveries, (delivery) => untold(trace, run, delivery)) ??
    badlyPaced(trace, run, sinceMs)
  );
}

/** It does not look any more, or looks again and again though nobody says anything new. */
function badlyPaced(trace: Trace, run: RunView, sinceMs: number): string | undefined {
  const { workflowId, runId, closedAtMs, status } = run;
  const { looks, deliveries, said, endMs } = trace;
  if (closedAtMs !== undefined || status.phase !== 'Escalated' || wasDisturbed(trace, sinceMs, endMs)) return undefined;
  // A look at the very moment led to the escalation.
  const since = looks.filter((look) => look.workflowId === workflowId && look.atMs > sinceMs).map(({ atMs }) => atMs);
  const times = [sinceMs, ...since, endMs];
  const silence = times.findIndex((atMs, index) => atMs + looksEveryMs < (times[index + 1] ?? atMs));
  if (silence >= 0) return `${workflowId} did not look at its workload after ${at(times[silence] ?? sinceMs)}`;
  // A look that fails is tried again at once.
  const { refusedCalls, lostAnswers, lostResults } = trace.schedule.faultInjection;
  const hasNews =
    refusedCalls + lostAnswers + lostResults > 0 ||
    deliveries.some((other) => other.workflowId === workflowId && other.atMs >= sinceMs) ||
    said.some((other) => other.runId === runId && other.atMs >= sinceMs) ||
    passesByItself(status.reason) ||
    status.joined.length > 0;
  // Before the latest question it may have asked for another reason, one that passes by itself.
  const asked = status.timeline.findLast(({ what }) => what.startsWith('a person is asked'));
  const askedMs = asked === undefined ? sinceMs : Date.parse(asked.at);
  const count = since.filter((atMs) => atMs > askedMs).length;
  const most = looksBeforePaced + Math.ceil((endMs - askedMs) / looksPacedMs);
  return !hasNews && count > most
    ? `${workflowId} looked ${count} times since ${at(askedMs)}, though nothing new was heard`
    : undefined;
}

/** Its workload is well for so long that the run has looked at it, and it is open all the same. */
function stillOpen(trace: Trace, run: RunView, sinceMs: number): string | undefined {
  const { status, workflowId } = run;
  if (run.closedAtMs !== undefined || status.phase !== 'Escalated' || status.target === undefined) return undefined;
  const { namespace, kind, name } = status.target.workload;
  const wellMs = trace.wellSince[`${namespace}/${kind}/${name}`];
  if (wellMs === undefined) return undefined;
  const fromMs = Math.max(wellMs, sinceMs);
  if (fromMs + looksEveryMs > trace.endMs || wasDisturbed(trace, fromMs, trace.endMs)) return undefined;
  // A look that cannot be finished shows nothing, and the next one is half an hour later.
  const { refusedCalls, lostAnswers } = trace.schedule.faultInjection;
  if (refusedCalls + lostAnswers > 0) return undefined;
  // A switch that stands on pause hides the workload.
  if (trace.switchPauses.some((span) => overlaps(span, { fromMs, toMs: trace.endMs }))) return undefined;
  return `${workflowId} is still open, though its workload is well since ${at(wellMs)}`;
}

/** It was told that the alert fires anew, and told nobody. */
function untold(trace: Trace, run: RunView, { atMs, workflowId, status, startsAt }: Delivery): string | undefined {
  const sinceMs = escalatedAtMs(run) ?? 0;
  if (status === 'resolved' || workflowId !== run.workflowId || atMs < sinceMs + minuteMs) return undefined;
  const untilMs = atMs + toldByMs;
  if (!isOpenAt(run, atMs) || !isOpenAt(run, untilMs) || untilMs > trace.endMs) return undefined;
  const before = trace.deliveries.filter((other) => other.workflowId === workflowId && other.atMs < atMs - 5_000);
  const isAnew = before.at(-1)?.status === 'resolved' && before.every((other) => other.startsAt !== startsAt);
  const isQuiet = trace.deliveries.every(
    (other) => other.workflowId !== workflowId || other.atMs <= atMs || other.atMs > untilMs,
  );
  if (!isAnew || !isQuiet || wasDisturbed(trace, atMs, untilMs)) return undefined;
  if (trace.away.some((span) => overlaps(span, { fromMs: atMs, toMs: untilMs }))) return undefined;
  const isHeard = run.status.timeline.some(({ what }) => /fires? again/.test(what));
  return isHeard
    ? undefined
    : `${workflowId} was told at ${at(atMs)} that its alert fires anew, and says nothing of it`;
}
