import type { Span, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { minuteMs } from './runs-of.ts';

/** Reading is tried for five minutes before a person is asked. */
const askedByMs = 15 * minuteMs;

/** L9: one trouble, however many alerts. */
export const oneCause: Invariant = {
  name: 'L9',
  statement: 'An unreadable cluster is one incident, however many alerts it meets.',
  broken: (trace) => firstOf(merged(trace.unreadable), (span) => loud(trace, span)),
};

function loud({ told, guardEnds }: Trace, { fromMs, toMs }: Span): string | undefined {
  // A guard that was terminated meanwhile may have to be told again.
  if (guardEnds.some(({ atMs }) => atMs >= fromMs && atMs <= toMs + askedByMs)) return undefined;
  const about = told.filter(
    ({ atMs, notification }) =>
      notification.kind === 'escalation' &&
      notification.level === 0 &&
      notification.reason === 'clusterUnavailable' &&
      atMs >= fromMs &&
      atMs <= toMs + askedByMs,
  );
  const runs = new Set(about.map(({ notification }) => notification.dedupKey));
  return runs.size > 1 ? `${runs.size} pages for the cluster that was away from ${at(fromMs)}` : undefined;
}

/** Times that follow each other closely are one outage. */
function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = all.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs + askedByMs) last.toMs = Math.max(last.toMs, span.toMs);
    else all.push({ ...span });
  }
  return all;
}
