import type { AlertNews } from '../run/contract.ts';

/** More changes than this are flapping by any policy. */
const changesKept = 100;
/**
 * Two Alertmanagers of a pair give the same firing start times that differ by seconds. Without a "resolved" in between,
 * only a start that is later by more than this is another firing.
 */
const pairSkewMs = 60_000;

/** What a run was told of its alert. Plain JSON; times are Unix ms. */
export interface AlertHistory {
  isResolved: boolean;
  /** Start of the firing that the run knows of; the latest one that was given for it. */
  startsAtMs: number;
  /** The alert was resolved for every firing that started at or before this moment. */
  resolvedUpToMs?: number;
  /** When the alert changed between firing and resolved. */
  changesMs: number[];
  /** How often it fired anew after it was resolved. */
  refirings: number;
}

/** `repeat`: nothing new. `late`: a firing that is over, delivered after its end. `anew`: it fires again. */
export type Heard = 'repeat' | 'late' | 'anew';

/** The history of an alert that fires, as a run begins with it. */
export const firingSince = (startsAt: string): AlertHistory => ({
  isResolved: false,
  startsAtMs: msOf(startsAt),
  changesMs: [],
  refirings: 0,
});

/** The alert fires, says the intake. */
export function hearFiring(
  history: AlertHistory,
  { startsAt }: AlertNews,
  nowMs: number,
): { history: AlertHistory; heard: Heard } {
  const startsAtMs = msOf(startsAt);
  if (!history.isResolved) {
    const latestMs = Math.max(history.startsAtMs, startsAtMs);
    return { history: { ...history, startsAtMs: latestMs }, heard: 'repeat' };
  }
  // The other Alertmanager of a pair may deliver the old firing after its end; it is not counted as a change.
  if (startsAtMs <= (history.resolvedUpToMs ?? history.startsAtMs))
    return { history: { ...history, isResolved: false }, heard: 'late' };
  const { refirings } = history;
  const anew = { ...history, isResolved: false, startsAtMs, refirings: refirings + 1 };
  return { history: changed(anew, nowMs), heard: 'anew' };
}

/** The alert is resolved, says the intake. `isNews` is false for a repeat and for the end of an earlier firing. */
export function hearResolved(
  history: AlertHistory,
  { startsAt }: AlertNews,
  nowMs: number,
): { history: AlertHistory; isNews: boolean } {
  const startsAtMs = msOf(startsAt);
  const { resolvedUpToMs = Number.NEGATIVE_INFINITY } = history;
  const isAnew = history.startsAtMs > resolvedUpToMs;
  if (history.isResolved || (isAnew && startsAtMs <= resolvedUpToMs)) return { history, isNews: false };
  const resolved = { ...history, isResolved: true, resolvedUpToMs: Math.max(history.startsAtMs, startsAtMs) };
  // The end of a firing that came late was counted when it was told first.
  return { history: isAnew ? changed(resolved, nowMs) : resolved, isNews: isAnew };
}

/**
 * True for a firing that needs a run of its own if the run that hears it ends now: it began after the alert was resolved,
 * or it began later than everything the run knows of and the run has done its work or was never told of an end.
 */
export function isNextEpisode(history: AlertHistory, { startsAt }: AlertNews, run: { isClosing: boolean }): boolean {
  const startsAtMs = msOf(startsAt);
  if (history.isResolved) return true;
  return startsAtMs > history.startsAtMs + (run.isClosing ? 0 : pairSkewMs);
}

const changed = (history: AlertHistory, nowMs: number): AlertHistory => ({
  ...history,
  changesMs: [...history.changesMs, nowMs].slice(-changesKept),
});

/** An unreadable time is as old as can be: it starts nothing. */
function msOf(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? 0 : ms;
}
