import { table } from '../table.ts';
import type { Question } from './measure.ts';

/** An act may be later by so much because it was asked, ms (p99). */
export const targetMs = 20;

/** The table that people read. */
export const printed = (questions: readonly Question[]): string =>
  [
    'Asked whether a pod could come back, in ms',
    table(
      ['', 'samples', 'p50', 'p99', 'max'],
      questions.map(({ what, times: { count, p50, p99, max } }) => [what, count, p50, p99, max]),
    ),
    `target on the way to an act: p99 ≤ ${targetMs} ms`,
  ].join('\n');
