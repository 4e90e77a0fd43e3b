import type { RunView } from '../../../simulation/world.ts';
import type { Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { minuteMs, wasDisturbed } from './runs-of.ts';

const windows: readonly string[] = ['frozen', 'outsideWindow'];
const passing: readonly string[] = ['storm', 'paused', ...windows];
/** The sweep is paced, and looks for the end of a storm once a minute. */
const lookedAtByMs = 20 * minuteMs;

/** L3: what was refused for a while only. */
export const wayBack: Invariant = {
  name: 'L3',
  statement:
    'What was refused because of a storm, a pause or a window is looked at again when that ends, if it is still firing.',
  broken: (trace) => firstOf(trace.runs, (run) => leftAlone(trace, run) ?? stillAsking(trace, run)),
};

/** A run that ended because of it has no run after it. */
function leftAlone(trace: Trace, run: RunView): string | undefined {
  const { workflowId, report, closedAtMs } = run;
  if (closedAtMs === undefined || report === undefined || !isPassing(run, report.reason)) return undefined;
  const freeMs = Math.max(closedAtMs, stoppedUntilMs(trace));
  if (!isDue(trace, run, { sinceMs: closedAtMs, freeMs })) return undefined;
  // A look may begin in the very millisecond in which the run before it closed.
  const later = trace.runs.slice(trace.runs.indexOf(run) + 1);
  const isBack = later.some((other) => other.workflowId === workflowId && other.startedAtMs >= closedAtMs);
  return isBack
    ? undefined
    : `${workflowId} was refused (${report.reason}) at ${at(closedAtMs)} and not looked at since, though it was over at ${at(freeMs)}`;
}

/** A run that asks a person because of it has not asked the guard again. */
function stillAsking(trace: Trace, run: RunView): string | undefined {
  const { workflowId, status, closedAtMs } = run;
  const last = status.verdicts.at(-1);
  if (closedAtMs !== undefined || status.phase !== 'Escalated' || last === undefined) return undefined;
  if (!isPassing(run, status.reason)) return undefined;
  const sinceMs = Date.parse(last.at);
  const freeMs = Math.max(sinceMs, stoppedUntilMs(trace));
  return isDue(trace, run, { sinceMs, freeMs })
    ? `${workflowId} asks a person since it was refused (${last.reason}) at ${at(sinceMs)}, and not the guard again, though it was over at ${at(freeMs)}`
    : undefined;
}

/** Refused by a pause, a storm or a window, or held by a window for longer than the policy waits. */
const isPassing = ({ status }: RunView, reason = '') =>
  passing.includes(reason) || (reason === 'heldTooLong' && windows.includes(status.verdicts.at(-1)?.reason ?? ''));

/** The alert still fires, and there was time enough without any trouble of ours. */
function isDue(trace: Trace, run: RunView, { sinceMs, freeMs }: { sinceMs: number; freeMs: number }): boolean {
  if (!firesToTheEnd(trace, run)) return false;
  if (freeMs + lookedAtByMs > trace.endMs || wasDisturbed(trace, sinceMs, trace.endMs)) return false;
  return trace.guardEnds.length === 0 || trace.stormSpans.length === 0;
}

/** The end of all that stood in the way at some time of the day. */
const stoppedUntilMs = ({ guardPauses, switchPauses, stormSpans, freezes }: Trace) =>
  Math.max(0, ...[...guardPauses, ...switchPauses, ...stormSpans, ...freezes].map(({ toMs }) => toMs));

function firesToTheEnd({ deliveries, schedule }: Trace, { workflowId }: RunView): boolean {
  const last = deliveries.filter((delivery) => delivery.workflowId === workflowId).at(-1);
  // A policy that does not act any more refuses nothing.
  return last?.status === 'firing' && !schedule.events.some(({ kind }) => kind === 'mode' || kind === 'optOut');
}
