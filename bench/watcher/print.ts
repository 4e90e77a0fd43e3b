import { table } from '../table.ts';
import { isKept, targets } from './findings.ts';
import type { Round } from './measure.ts';

/** The tables that people read. */
export function printed(rounds: readonly Round[]): string {
  const lags = rounds.flatMap(({ pods, lags, lost }) =>
    Object.entries(lags).map(([what, { count, p50, p99, max }]) => [
      `${words[what as keyof typeof words]}, ${pods} pods`,
      ...[count, p50, p99, max, lost],
    ]),
  );
  return [
    'Change sent to the API server → alert at the intake, in ms (a class without tolerance)',
    table(['', 'samples', 'p50', 'p99', 'max', 'lost'], lags),
    '\nMemory of the watcher’s process (RSS), in MB',
    table(
      ['', 'after the list', 'at the end', 'of it private', 'peak'],
      rounds.map(({ pods, memory }) => [`${pods} pods`, memory.listed, memory.end, memory.own, memory.peak]),
    ),
    `\ntargets: p99 ≤ ${targets.p99Ms} ms and ≤ ${targets.memoryMb} MB at the end ${isKept(rounds) ? 'met' : 'missed'}`,
  ].join('\n');
}

const words = {
  fault: 'one fault at a time',
  burst: 'all at once, from the answer',
  healing: 'one healing at a time',
} as const;
