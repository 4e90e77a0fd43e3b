import { actingLeases, type GuardState } from '../state.ts';
import { defineRule, type GuardLimits } from './rule.ts';

/**
 * Bounds disruptive acts in a cluster by a token bucket over acts and open leases, because a lease may become an act at
 * any moment. The bucket never holds more than `burst`, so no window of `windowMs` sees more than burst + perWindow acts.
 */
export const budget = defineRule({
  name: 'budget',
  statements: ['G1', 'G20'],
  summary:
    'Holds while the disruptive acts that the cluster bears are spent: a few at once, and so many in ten minutes.',
  reasons: ['budgetSpent'],
  settings: ['config: guard.budget'],
  judge: ({ state, nowMs, limits }) => {
    const { burst, perWindow, windowMs } = limits.budget;
    const spent = spentTimes(state, nowMs);
    const missing = 1 - tokensAfter(spent, nowMs, limits.budget);
    if (missing <= 0) return undefined;
    const inWindow = spent.filter((atMs) => atMs > nowMs - windowMs).length;
    return {
      kind: 'hold',
      reason: 'budgetSpent',
      retryAfterMs: Math.ceil((missing * windowMs) / perWindow),
      detail: `${inWindow} acts in the last ${windowMs / 60_000} min; allowed are ${burst} at once and ${perWindow} per ${windowMs / 60_000} min`,
    };
  },
});

/** Acts that the cluster still bears at this moment, after these. */
export function budgetLeft(spentMs: readonly number[], nowMs: number, limits: GuardLimits['budget']): number {
  return Math.max(0, Math.floor(tokensAfter(oldestFirst(spentMs), nowMs, limits)));
}

/** When each act happened, oldest first; an open lease counts as an act of now. */
function spentTimes(state: GuardState, nowMs: number): number[] {
  return oldestFirst([...state.acts.map((act) => act.atMs), ...actingLeases(state).map(() => nowMs)]);
}

const oldestFirst = (times: readonly number[]) => [...times].sort((a, b) => a - b);

/** What the bucket holds at this moment; below zero when more was spent than it held. */
function tokensAfter(spent: readonly number[], nowMs: number, limits: GuardLimits['budget']): number {
  const { burst, perWindow, windowMs } = limits;
  let tokens = burst;
  let atMs = spent[0] ?? nowMs;
  const fill = (untilMs: number) => {
    tokens = Math.min(burst, tokens + ((untilMs - atMs) * perWindow) / windowMs);
    atMs = untilMs;
  };
  for (const nextMs of spent) {
    fill(nextMs);
    tokens -= 1;
  }
  fill(nowMs);
  return tokens;
}
