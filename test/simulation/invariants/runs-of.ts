import type { RunView } from '../../../simulation/world.ts';
import type { Span, Trace } from '../search/trace.ts';

export const minuteMs = 60_000;

/** True while the run was there. */
export const isOpenAt = (
  { startedAtMs, closedAtMs = Number.POSITIVE_INFINITY }: { startedAtMs: number; closedAtMs?: number | undefined },
  atMs: number,
) => startedAtMs <= atMs && atMs <= closedAtMs;

/** A process of ours, or the API server, was away at some time of it. */
export const wasDisturbed = ({ down, unreadable, schedule }: Trace, fromMs: number, toMs: number) =>
  [...down, ...unreadable].some((span) => overlaps(span, { fromMs, toMs })) || schedule.faultInjection.deaths > 0;

export const overlaps = (one: Span, other: Span) => one.fromMs < other.toMs && other.fromMs < one.toMs;

/** Somebody ended the run in Temporal itself. */
export const wasEnded = ({ ended, executions }: Trace, { workflowId, runId }: RunView) =>
  ended.some(
    (end) => end.runId === runId || executions.some((it) => it.runId === end.runId && it.workflowId === workflowId),
  );

/** When the run wrote such a line first, Unix ms. */
export function lineAtMs({ status }: RunView, isIt: (what: string) => boolean): number | undefined {
  const line = status.timeline.find(({ what }) => isIt(what));
  return line && Date.parse(line.at);
}
