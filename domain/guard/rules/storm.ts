import { formatDuration } from '../../text/duration.ts';
import { actingLeases, type GuardState } from '../state.ts';
import { pacingSender } from '../truncation.ts';
import { defineRule, type GuardLimits, type Rejection } from './rule.ts';

/** The breaker for the case that many workloads fail at once: then the cause is not in one of them. */
export const storm = defineRule({
  name: 'storm',
  statements: ['G5'],
  summary:
    'Denies everything while too many workloads alert; paces acts one at a time afterwards, and while a sender leaves alerts out.',
  reasons: ['storm', 'stormPaced'],
  settings: ['config: guard.storm'],
  judge: ({ state, nowMs, limits }) => {
    if (state.storm === undefined) {
      const paced = pacingSender(state.truncations, nowMs, limits.storm.withinMs);
      return paced && pace(state, nowMs, limits, `the sender ${paced.sender} leaves alerts out of its deliveries`);
    }
    const { kind, sinceMs, why } = state.storm;
    const since = `since ${formatDuration(nowMs - sinceMs)}`;
    if (kind === 'open') return { kind: 'deny', reason: 'storm', detail: `${why}, ${since}`, incident: 'storm' };
    return pace(state, nowMs, limits, `the storm ${since} is calming down`);
  },
});

/** One act at a time, with a pause between two. */
function pace(state: GuardState, nowMs: number, { storm }: GuardLimits, why: string): Rejection | undefined {
  const leases = actingLeases(state);
  const lastMs = Math.max(...state.acts.map((act) => act.atMs), ...leases.map((lease) => lease.grantedAtMs));
  const restMs = lastMs + storm.paceMs - nowMs;
  if (leases.length === 0 && restMs <= 0) return undefined;
  const detail = `${why}; one act in ${formatDuration(storm.paceMs)}`;
  return { kind: 'hold', reason: 'stormPaced', retryAfterMs: Math.max(restMs, 10_000), detail };
}
