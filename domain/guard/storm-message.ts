import type { GuardState, Notice } from './state.ts';

/** What people are told when the breaker opens and when it closes; undefined while nothing of that happened. */
export function stormMessage(
  before: GuardState,
  after: GuardState,
  cluster: string,
  nowMs: number,
): Notice | undefined {
  if (before.storm === undefined && after.storm !== undefined) {
    const { sinceMs, why } = after.storm;
    const key = keyOf(cluster, sinceMs);
    return {
      kind: 'storm',
      key,
      summary: `${cluster}: a storm, ${why}. Mendflow does nothing until it is over; look for one cause.`,
      sinceMs: nowMs,
    };
  }
  if (before.storm !== undefined && after.storm === undefined) {
    const { sinceMs, why } = before.storm;
    return {
      kind: 'closed',
      key: keyOf(cluster, sinceMs),
      summary: `${cluster}: the storm is over (${why}); Mendflow acts again.`,
      sinceMs: nowMs,
    };
  }
  return undefined;
}

const keyOf = (cluster: string, sinceMs: number) => `storm/${cluster}/${new Date(sinceMs).toISOString()}`;
