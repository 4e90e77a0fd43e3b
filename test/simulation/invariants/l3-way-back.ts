import type { RunView } from '../../../simulation/world.ts';
import type { Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { minuteMs, wasDisturbed } from './runs-of.ts';

const passing: readonly string[] = ['storm', 'paused'];
/** The sweep is paced, and looks for the end of a storm once a minute. */
const lookedAtByMs = 20 * minuteMs;

/** L3: what was refused for a while only. */
export const wayBack: Invariant = {
  name: 'L3',
  statement:
    'What was refused because of a storm, a pause or a window is looked at again when that ends, if it is still firing.',
  broken: (trace) => firstOf(trace.runs, (run) => leftAlone(trace, run)),
};

function leftAlone(trace: Trace, run: RunView): string | undefined {
  const { workflowId, report, closedAtMs } = run;
  if (closedAtMs === undefined || report === undefined || !passing.includes(report.reason ?? '')) return undefined;
  if (!firesToTheEnd(trace, run)) return undefined;
  const freeMs = Math.max(closedAtMs, ...stops(trace).map(({ toMs }) => toMs));
  if (freeMs + lookedAtByMs > trace.endMs || wasDisturbed(trace, closedAtMs, trace.endMs)) return undefined;
  if (trace.guardEnds.length > 0 && trace.stormSpans.length > 0) return undefined;
  // A look may begin in the very millisecond in which the run before it closed.
  const later = trace.runs.slice(trace.runs.indexOf(run) + 1);
  const isBack = later.some((other) => other.workflowId === workflowId && other.startedAtMs >= closedAtMs);
  return isBack
    ? undefined
    : `${workflowId} was refused (${report.reason}) at ${at(closedAtMs)} and not looked at since, though it was over at ${at(freeMs)}`;
}

/** Everything that stood in the way at some time of the day. */
const stops = ({ guardPauses, switchPauses, stormSpans }: Trace) => [...guardPauses, ...switchPauses, ...stormSpans];

function firesToTheEnd({ deliveries, schedule }: Trace, { workflowId }: RunView): boolean {
  const last = deliveries.filter((delivery) => delivery.workflowId === workflowId).at(-1);
  // A policy that does not act any more refuses nothing.
  return last?.status === 'firing' && !schedule.events.some(({ kind }) => kind === 'mode' || kind === 'optOut');
}
