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
    // Of those that alerted while nobody looked at the cluster, nothing is known that could be shared.
    const seen = state.alerting.filter(({ known }) => known !== undefined);
    const [shared] = request.surroundings.traits
      .map((trait) => ({ trait, count: seen.filter(({ traits }) => traits.includes(trait)).length }))
      .filter(({ count }) => count >= fewest && count >= seen.length * mostShare)
      .sort((a, b) => b.count - a.count || (a.trait < b.trait ? -1 : 1));
    if (shared === undefined) return undefined;
    return {
      kind: 'hold',
      reason: 'correlatedCause',
      retryAfterMs,
      detail: `${shared.count} of ${seen.length} alerting workloads share ${shared.trait}`,
      incident: `correlated/${shared.trait}`,
    };
  },
});
