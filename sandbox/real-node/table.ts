import { elapsed } from '../progress.ts';
import type { PlayedCase } from './play.ts';

const header = ['', 'case', 'acts', 'outcome', 'fault → alert', 'alert → act', 'told', 'why'];

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

function rowOf(ended: PlayedCase): string[] {
  const { played, report, acts, toAlertMs, toActMs, differences } = ended;
  const outcome = report ? [report.outcome, report.reason].filter(Boolean).join(': ') : 'not played to its end';
  return [
    ...[differences.length === 0 ? '✓' : '✗', played.name, acts.join(', ') || 'none', outcome],
    ...[time(toAlertMs), time(toActMs), told(ended), report?.summary ?? ''],
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
