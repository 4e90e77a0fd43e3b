import type { Sighting } from '../guard-state.ts';
import { defineGuard } from './guard.ts';

const retryAfterMs = 120_000;
/** Fewer workloads may share something by chance. */
const fewest = 4;
const mostShare = 0.75;

/** Many workloads, one cause: healing them one by one heals nothing. */
export const correlated = defineGuard({
  name: 'correlated',
  statements: ['G5'],
  summary: 'Holds, and asks a person once, while most of the alerting workloads share a node, image, config or zone.',
  reasons: ['correlatedCause'],
  settings: [],
  judge: ({ state, request }) => {
    const shared = sharedTrait(state.alerting);
    if (shared === undefined || !request.surroundings.traits.includes(shared.trait)) return undefined;
    return {
      kind: 'hold',
      reason: 'correlatedCause',
      retryAfterMs,
      detail: `${shared.count} of ${state.alerting.length} alerting workloads share ${shared.trait}`,
      incident: `correlated/${shared.trait}`,
    };
  },
});

/** The trait that most of them share, if there is one. */
function sharedTrait(alerting: readonly Sighting[]): { trait: string; count: number } | undefined {
  const counts = new Map<string, number>();
  for (const { traits } of alerting) for (const trait of traits) counts.set(trait, (counts.get(trait) ?? 0) + 1);
  const [top] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (top === undefined) return undefined;
  const [trait, count] = top;
  return count >= fewest && count >= alerting.length * mostShare ? { trait, count } : undefined;
}
