import { formatDuration } from '../../domain/duration.ts';
import type { TimelineEntry } from '../../domain/outcome.ts';
import { table } from './table.ts';

/** The lines of a run with their time since `startMs` instead of the hour, and what they rest on below them. */
export function timelineInWords(timeline: readonly TimelineEntry[], startMs: number): string[] {
  const lines = table(timeline, [
    { head: '', cell: ({ at }) => `+${formatDuration(Date.parse(at) - startMs)}` },
    { head: '', cell: ({ phase }) => phase },
    { head: '', cell: ({ what, reason }) => `${what}${reason === undefined ? '' : ` [${reason}]`}` },
  ]);
  return lines.slice(1);
}
