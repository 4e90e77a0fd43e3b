import type { Outcome, Phase } from './outcome.ts';
import type { Reason } from './reasons.ts';

/** In which every run begins. */
export const firstPhase: Phase = 'Verifying';

/**
 * What passes without anybody's doing: a pause, a storm, a freeze, a wait, a cluster or a guard that does not answer. Runs
 * that ended with one of these are started anew when what refused them is over, and open escalations look again.
 */
export const passingReasons: readonly Reason[] = [
  'paused',
  'storm',
  'stormPaced',
  'controlPlaneDegraded',
  'frozen',
  'outsideWindow',
  'coolingDown',
  'heldTooLong',
  'clusterUnavailable',
  'guardUnavailable',
];

/** True for a reason that passes without anybody's doing. */
export const passesByItself = (reason: unknown): boolean => passingReasons.some((passing) => passing === reason);

/** How runs that did nothing end. */
export const refusedOutcomes: readonly Outcome[] = ['denied', 'notActionable'];

/** How a run stands: it verifies, it has gone on, it was refused by something that ends, or it ended otherwise. */
export type Standing = 'verifying' | 'open' | 'refused' | 'ended';

/** How a run stands, by what Temporal shows of it; absent attributes are those that it has not set yet. */
export function standingOf({
  status,
  phase = firstPhase,
  outcome,
  reason,
}: {
  status: 'running' | 'completed' | 'stopped';
  phase?: unknown;
  outcome?: unknown;
  reason?: unknown;
}): Standing {
  if (status === 'running') return phase === firstPhase ? 'verifying' : 'open';
  const isRefused = status === 'completed' && refusedOutcomes.some((refused) => refused === outcome);
  return isRefused && passesByItself(reason) ? 'refused' : 'ended';
}

/** First and latest time of refusals that are to be looked at again, Unix ms. */
export interface Refusals {
  sinceMs: number;
  lastMs: number;
}

/** A run that was refused has closed by then, as a rule. */
const closesWithinMs = 5_000;
/** One whose worker died closes within this. */
const closesLateMs = 60_000;

/** The refusals, with one more. */
export function withRefusal(known: Refusals | undefined, atMs: number): Refusals {
  return { sinceMs: Math.min(known?.sinceMs ?? atMs, atMs), lastMs: Math.max(known?.lastMs ?? atMs, atMs) };
}

/** What a sweep that begins now may not find yet, because those runs may still be closing. */
export function leftToSweep({ lastMs }: Refusals, nowMs: number): Refusals | undefined {
  return lastMs > nowMs - closesLateMs ? { sinceMs: lastMs, lastMs } : undefined;
}

interface Stops {
  pauses: readonly unknown[];
  storm?: { kind: string };
}

/**
 * When runs that were refused are to be looked at again, Unix ms; undefined while a pause or a storm is on, and where
 * nothing was refused. A storm that calms down is half open: who still fires then opens it again, as the same storm.
 */
export function sweepAtMs({ refused, ...stops }: Stops & { refused?: Refusals }): number | undefined {
  return refused === undefined || isStopped(stops) ? undefined : refused.sinceMs + closesWithinMs;
}

/** True while the guard refuses everything, so that looking again is useless. */
export const isStopped = ({ pauses, storm }: Stops): boolean => pauses.length > 0 || storm?.kind === 'open';
