import type { Reason } from '../run/reasons.ts';
import type { Verdict } from './permit.ts';

/** Holds that end at a time which is known. The others give the time of the next question only. */
const timed: ReadonlySet<Reason> = new Set(['frozen', 'outsideWindow', 'coolingDown']);

/** When a hold is over, Unix ms; undefined where nobody knows. */
export function endOfHold(
  { reason, retryAfterMs }: Extract<Verdict, { kind: 'hold' }>,
  nowMs: number,
): number | undefined {
  return timed.has(reason) ? nowMs + retryAfterMs : undefined;
}
