import type { GuardState } from '../guard-state.ts';
import { defineGuard, type GuardLimits } from './guard.ts';

/**
 * Bounds disruptive acts in a cluster. Two conditions, both over acts and open leases, because a lease may become an
 * act at any moment: a token bucket paces them, and a sliding window gives the hard bound burst + perWindow.
 */
export const budget = defineGuard({
  name: 'budget',
  statements: ['G1', 'G20'],
  summary:
    'Holds while the disruptive acts that the cluster bears are spent: a few at once, and so many in ten minutes.',
  reasons: ['budgetSpent'],
  settings: ['config: guard.budget'],
  judge: ({ state, nowMs, limits }) => {
    const spent = spentTimes(state, nowMs);
    const untilToken = msUntilToken(spent, nowMs, limits.budget);
    const untilWindow = msUntilWindowFrees(spent, nowMs, limits.budget);
    const retryAfterMs = Math.max(untilToken, untilWindow);
    if (retryAfterMs <= 0) return undefined;
    const { burst, perWindow, windowMs } = limits.budget;
    const inWindow = spent.filter((atMs) => atMs > nowMs - windowMs).length;
    return {
      kind: 'hold',
      reason: 'budgetSpent',
      retryAfterMs,
      detail: `${inWindow} acts in the last ${windowMs / 60_000} min; allowed are ${burst} at once and ${perWindow} per ${windowMs / 60_000} min`,
    };
  },
});

/** Acts that the cluster still bears at this moment, after these. */
export function budgetLeft(spentMs: readonly number[], nowMs: number, limits: GuardLimits['budget']): number {
  const spent = [...spentMs].sort((a, b) => a - b);
  let left = 0;
  while (left < limits.burst + limits.perWindow) {
    if (msUntilToken(spent, nowMs, limits) > 0 || msUntilWindowFrees(spent, nowMs, limits) > 0) break;
    spent.push(nowMs);
    left += 1;
  }
  return left;
}

/** When each act happened, oldest first; an open lease counts as an act of now. */
function spentTimes(state: GuardState, nowMs: number): number[] {
  return [...state.acts.map((act) => act.atMs), ...state.leases.map(() => nowMs)].sort((a, b) => a - b);
}

function msUntilToken(spent: readonly number[], nowMs: number, limits: GuardLimits['budget']): number {
  const msPerToken = limits.windowMs / limits.perWindow;
  let tokens = limits.burst;
  let atMs = spent[0] ?? nowMs;
  for (const nextMs of [...spent, nowMs]) {
    tokens = Math.min(limits.burst, tokens + (nextMs - atMs) / msPerToken);
    atMs = nextMs;
    tokens -= 1;
  }
  // The last subtraction is the request itself: short of a whole token, it waits for the rest.
  return tokens >= 0 ? 0 : Math.ceil(-tokens * msPerToken);
}

function msUntilWindowFrees(spent: readonly number[], nowMs: number, limits: GuardLimits['budget']): number {
  const inWindow = spent.filter((atMs) => atMs > nowMs - limits.windowMs);
  const mustLeave = inWindow.length - (limits.burst + limits.perWindow) + 1;
  if (mustLeave <= 0) return 0;
  return (inWindow[mustLeave - 1] ?? nowMs) + limits.windowMs - nowMs;
}
