import type { RemediationReport } from '../../domain/run/outcome.ts';
import { elapsed } from '../progress.ts';
import type { PlayedCase } from './play.ts';

const header = ['', 'case', 'acts', 'outcome', 'fault → alert', 'alert → act', 'runs', 'told', 'why'];

const told = ({ messages }: PlayedCase) =>
  [
    [messages.approvalNeeded, 'asked'],
    [messages.escalation, 'paged'],
    [messages.closed, 'closed'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ') || '–';

const time = (ms: number | undefined) => (ms === undefined ? '–' : elapsed(Math.max(0, ms)));

/** Outcome and reason, and why in one line; of a run that a person took over, why it was handed to a person. */
function endOf({ outcome, reason, summary, timeline }: RemediationReport): [end: string, why: string] {
  const handed = timeline.find(({ phase }) => phase === 'Escalated');
  const said = handed?.reason === undefined ? { reason, what: summary } : handed;
  return [[outcome, said.reason].filter(Boolean).join(': '), said.what];
}

const longestWhy = 140;

function rowOf(ended: PlayedCase): string[] {
  const { played, report, acts, runs, toAlertMs, toActMs, differences } = ended;
  const [end, why] = report ? endOf(report) : ['not played to its end', ''];
  const shortWhy = why.length > longestWhy ? `${why.slice(0, longestWhy - 1)}…` : why;
  return [
    ...[differences.length === 0 ? '✓' : '✗', played.name, acts.join(', ') || 'none', end],
    ...[time(toAlertMs), time(toActMs), String(runs), told(ended), shortWhy],
  ];
}

/** One line a case: whether it ended as it must, what was done, how it ended, how long it took, who was told, and why. */
export function tableOf(ended: readonly PlayedCase[]): string {
  const rows = [header, ...ended.map(rowOf)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}
