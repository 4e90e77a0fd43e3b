import type { Span, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { minuteMs } from './runs-of.ts';

/** Reading is tried for five minutes before a person is asked. */
const askedByMs = 15 * minuteMs;

/** L9: one trouble, however many alerts. */
export const oneCause: Invariant = {
  name: 'L9',
  statement:
    'An unreadable cluster, an unknown cluster and a storm are one incident each, however many alerts there are.',
  broken: (trace) =>
    firstOf(merged(trace.unreadable), (span) => loud(trace, span)) ??
    firstOf(trace.told, pageOfStorm) ??
    stormsTold(trace) ??
    unknownTold(trace),
};

/** Of a storm people hear from the guard alone: no run in it pages them. */
function pageOfStorm({ atMs, notification }: Trace['told'][number]): string | undefined {
  const isPage = notification.kind === 'escalation' && notification.reason === 'storm';
  return isPage ? `${notification.runId} pages because of a storm at ${at(atMs)}` : undefined;
}

/** A storm has one message that it began. */
function stormsTold({ told, stormSpans }: Trace): string | undefined {
  const begun = told.filter(({ notification }) => notification.kind === 'storm');
  const keys = new Set(begun.map(({ notification }) => notification.dedupKey));
  return keys.size > stormSpans.length ? `${keys.size} messages that ${stormSpans.length} storms began` : undefined;
}

/** An unknown cluster has one message a day; a simulated day is shorter. */
function unknownTold({ told, unknownClusters, guardEnds }: Trace): string | undefined {
  // A guard that was terminated before it kept that people were told tells them again.
  if (guardEnds.length > 0) return undefined;
  const pages = told.filter(
    ({ notification }) => notification.kind === 'escalation' && notification.reason === 'foreignCluster',
  );
  const keys = new Set(pages.map(({ notification }) => notification.dedupKey));
  const names = new Set(unknownClusters.map(({ cluster }) => cluster));
  return keys.size > names.size ? `${keys.size} messages about ${names.size} unknown clusters` : undefined;
}

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
  const runs = new Set(
    about.filter((page) => !isNewOutage(told, about, page)).map(({ notification }) => notification.dedupKey),
  );
  return runs.size > 1 ? `${runs.size} pages for the cluster that was away from ${at(fromMs)}` : undefined;
}

type Told = Trace['told'][number];

/** Every page before this one was closed by then: the cluster was back, and is away anew. */
function isNewOutage(told: readonly Told[], pages: readonly Told[], page: Told): boolean {
  const before = pages.filter(({ atMs }) => atMs < page.atMs);
  const isClosed = ({ notification: { dedupKey } }: Told) =>
    told.some((other) => {
      const { kind, dedupKey: key } = other.notification;
      return kind === 'closed' && key === dedupKey && other.atMs < page.atMs;
    });
  return before.length > 0 && before.every(isClosed);
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
