import type { TimelineEntry } from '../../domain/run/outcome.ts';
import { lineInWords } from '../../domain/run/timeline.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { indented, table } from './table.ts';

/** How long after the beginning: `+1m30s`. */
export const sinceStart = (ms: number): string => (ms === 0 ? '+0s' : `+${formatDuration(ms)}`);

/** The lines of a run with the time since `startMs` instead of the hour; `isWhole`: with the facts of each below it. */
export function timelineInWords(timeline: readonly TimelineEntry[], startMs: number, isWhole = false): string[] {
  const [, ...lines] = table(timeline, [
    { head: '', cell: ({ at }) => sinceStart(Date.parse(at) - startMs) },
    { head: '', cell: ({ phase }) => phase },
    { head: '', cell: (entry) => `${lineInWords(entry)}${entry.reason === undefined ? '' : ` [${entry.reason}]`}` },
  ]);
  if (!isWhole) return lines;
  return lines.flatMap((line, index) => [line, ...indented(factsOf(timeline[index]), ' '.repeat(10))]);
}

const factsOf = (entry: TimelineEntry | undefined): string[] =>
  Object.entries(entry?.detail ?? {}).map(([name, value]) => `${name}: ${String(value).replace(/\s+/g, ' ')}`);
