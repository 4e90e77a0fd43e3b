import type { Verdict } from './permit.ts';
import type { Reason } from './reasons.ts';

/** What passes without anybody's doing: a pause, a storm, a freeze, a wait. */
const passing: ReadonlySet<Reason> = new Set([
  'paused',
  'storm',
  'stormPaced',
  'controlPlaneDegraded',
  'frozen',
  'outsideWindow',
  'coolingDown',
  'heldTooLong',
]);

/** True where an escalated run may try again when it is told that the reason may be over. */
export const passesByItself = (reason: Reason): boolean => passing.has(reason);

/** Holds that end at a time which is known. The others give the time of the next question only. */
const timed: ReadonlySet<Reason> = new Set(['frozen', 'outsideWindow', 'coolingDown']);

/** When a hold is over, Unix ms; undefined where nobody knows. */
export function endOfHold(
  { reason, retryAfterMs }: Extract<Verdict, { kind: 'hold' }>,
  nowMs: number,
): number | undefined {
  return timed.has(reason) ? nowMs + retryAfterMs : undefined;
}
