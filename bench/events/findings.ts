import { type Summary, summaryOf } from '../statistics.ts';
import type { Walked } from './measure.ts';

/** What a path costs. */
export interface Cost {
  name: string;
  /** History events that it may cost; absent where nothing is promised. */
  most?: number;
  events: Summary;
  /** Events of the last run by kind, as they are called in a history. */
  kinds: Record<string, number>;
  /** Endings of runs that went another way; then this is not the path's price. */
  astray: string[];
}

/** `workflowTaskScheduledEventAttributes` → `workflowTaskScheduled`. */
const kindOf = (type: string) => `${type[0]?.toLowerCase()}${type.slice(1)}`.replace(/EventAttributes$/, '');

/** Prices of the paths. */
export function costsOf(walked: readonly Walked[]): Cost[] {
  return walked.map(({ path, runs }) => {
    const { name, most, outcome, reason } = path;
    const astray = runs.filter(({ report }) => report.outcome !== outcome || report.reason !== reason);
    const kinds = Map.groupBy(runs.at(-1)?.events ?? [], ({ type }) => kindOf(type));
    return {
      ...{ name, ...(most !== undefined && { most }) },
      events: summaryOf(runs.map(({ events }) => events.length)),
      kinds: Object.fromEntries([...kinds].map(([kind, own]) => [kind, own.length])),
      astray: astray.map(({ report }) => report.summary),
    };
  });
}

/** Whether every path went where it should and kept its price. */
export function areKept(costs: readonly Cost[]): boolean {
  return costs.every(({ most, events, astray }) => astray.length === 0 && events.max <= (most ?? events.max));
}
