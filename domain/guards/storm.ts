import { formatDuration } from '../duration.ts';
import { defineGuard } from './guard.ts';

/** The breaker for the case that many workloads fail at once: then the cause is not in one of them. */
export const storm = defineGuard({
  name: 'storm',
  statements: ['G5'],
  summary: 'Denies everything while too many workloads alert; afterwards lets one act at a time through, paced.',
  reasons: ['storm', 'stormPaced'],
  settings: ['config: guard.storm'],
  judge: ({ state, nowMs, limits }) => {
    if (state.storm === undefined) return undefined;
    const { kind, sinceMs, why } = state.storm;
    const since = `since ${formatDuration(nowMs - sinceMs)}`;
    if (kind === 'open') return { kind: 'deny', reason: 'storm', detail: `${why}, ${since}`, incident: 'storm' };
    const lastMs = Math.max(...state.acts.map((act) => act.atMs), ...state.leases.map((lease) => lease.grantedAtMs));
    const restMs = lastMs + limits.storm.paceMs - nowMs;
    if (state.leases.length === 0 && restMs <= 0) return undefined;
    const detail = `the storm ${since} is calming down; one act in ${formatDuration(limits.storm.paceMs)}`;
    return { kind: 'hold', reason: 'stormPaced', retryAfterMs: Math.max(restMs, 10_000), detail };
  },
});
