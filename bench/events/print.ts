import { type Cell, table } from '../table.ts';
import type { Cost } from './findings.ts';

/** Kinds of events that come together, as people count them. */
const groups: Record<string, RegExp> = {
  'workflow tasks': /^workflowTask/,
  activities: /^activityTask/,
  'local activities': /^markerRecorded/,
  timers: /^timer/,
  signals: /[sS]ignal/,
  updates: /^workflowExecutionUpdate/,
  'search attributes': /^upsert/,
};

const groupOf = (kind: string) => Object.entries(groups).find(([, pattern]) => pattern.test(kind))?.[0] ?? 'others';

function grouped({ kinds }: Cost): Cell[] {
  const names = [...Object.keys(groups), 'others'];
  const counts = new Map(names.map((name) => [name, 0]));
  for (const [kind, count] of Object.entries(kinds))
    counts.set(groupOf(kind), (counts.get(groupOf(kind)) ?? 0) + count);
  return [...counts.values()];
}

function verdict({ most, events, astray }: Cost): string {
  if (astray.length > 0) return `another path: ${astray[0]}`;
  if (most === undefined) return '';
  return events.max <= most ? 'met' : 'missed';
}

/** The tables that people read. */
export function printed(costs: readonly Cost[]): string {
  return [
    'History events of a run',
    table(
      ['', 'runs', 'target', 'p50', 'max', ''],
      costs.map((cost) => {
        const { name, most, events } = cost;
        return [name, events.count, most === undefined ? '' : `≤ ${most}`, events.p50, events.max, verdict(cost)];
      }),
    ),
    '',
    'What they are, in the last run of each',
    table(
      ['', ...Object.keys(groups), 'others'],
      costs.map((cost) => [cost.name, ...grouped(cost)]),
    ),
  ].join('\n');
}
