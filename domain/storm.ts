import { alertingKept, type GuardEffect, type GuardState, type Storm } from './guard-state.ts';
import type { GuardLimits } from './guards/guard.ts';

/**
 * The breaker's next state. Open: too many workloads alert. Half-open after half of the calm time: acts are paced.
 * Closed after the whole calm time. While it is not closed, half as many are too many already, so that it does not
 * flutter; a storm that comes back opens it again at once.
 */
export function judgeStorm(state: GuardState, nowMs: number, limits: GuardLimits): GuardEffect[] {
  const { storm } = state;
  const why = signOf(state, nowMs, limits.storm);
  if (storm === undefined) return why === undefined ? [] : [becomes({ kind: 'open', sinceMs: nowMs, why })];
  if (why !== undefined) {
    return storm.calmSinceMs === undefined ? [] : [becomes({ kind: 'open', sinceMs: storm.sinceMs, why })];
  }
  if (storm.calmSinceMs === undefined) return [becomes({ ...storm, calmSinceMs: nowMs })];
  const calmMs = nowMs - storm.calmSinceMs;
  if (calmMs >= limits.storm.calmMs) return [{ type: 'storm' }];
  return storm.kind === 'open' && calmMs * 2 >= limits.storm.calmMs ? [becomes({ ...storm, kind: 'halfOpen' })] : [];
}

const becomes = (storm: Storm): GuardEffect => ({ type: 'storm', storm });

function signOf(state: GuardState, nowMs: number, limits: GuardLimits['storm']): string | undefined {
  const share = state.storm === undefined ? 1 : 0.5;
  const minutes = limits.withinMs / 60_000;
  if (state.truncatedAtMs !== undefined && state.truncatedAtMs > nowMs - limits.withinMs) {
    return 'a sender had to leave alerts out of a delivery';
  }
  const recent = state.alerting.filter(({ atMs }) => atMs > nowMs - limits.withinMs);
  const most = Math.min(limits.workloads, alertingKept - 1);
  if (recent.length > most * share) return `${recent.length} workloads alert within ${minutes} min`;
  const counts = new Map<string, { alerting: number; known: number }>();
  for (const { namespace, known = 0 } of recent) {
    const count = counts.get(namespace);
    counts.set(namespace, { alerting: (count?.alerting ?? 0) + 1, known: Math.max(count?.known ?? 0, known) });
  }
  for (const [namespace, { alerting, known }] of counts) {
    // Where nobody counted, no share can be told.
    if (known > 0 && alerting >= limits.atLeast && alerting * 100 > limits.percent * share * known) {
      return `${alerting} of ${known} workloads of ${namespace} alert within ${minutes} min`;
    }
  }
  return undefined;
}
