import type { Sighting } from '../state.ts';
import { defineRule } from './rule.ts';

const retryAfterMs = 120_000;
/** Fewer workloads may share something by chance. */
const fewest = 4;
const mostShare = 0.75;
/** A trait must be more common among the alerting workloads than among all workloads by this share (0 to 1). */
const farMore = 0.25;
/** A trait counts when random alerts would share it less often than this. */
const chanceAtMost = 0.005;
/** At least this share of the workloads that share a trait must be in namespaces where it was counted how common it is. */
const leastCounted = 0.25;
/** A counted share below this is raised to it: only a part of the cluster was counted. */
const rarest = 0.01;

/** Many workloads, one cause: healing them one by one heals nothing. */
export const correlated = defineRule({
  name: 'correlated',
  statements: ['G5'],
  summary:
    'Holds, and asks a person once, while most of the alerting workloads share a node, image, config or zone that is far less common among all workloads.',
  reasons: ['correlatedCause'],
  settings: [],
  judge: ({ state, request }) => {
    // Of those that alerted while nobody looked at the cluster, nothing is known that could be shared.
    const seen = state.alerting.filter(({ known }) => known !== undefined);
    const [shared] = request.surroundings.traits
      .map((trait) => ({ trait, ...commonIn(seen, trait) }))
      .filter(({ count, share }) => isTelling({ count, total: seen.length, share }))
      .sort((a, b) => b.count - a.count || (a.trait < b.trait ? -1 : 1));
    if (shared === undefined) return undefined;
    const { trait, count, share } = shared;
    const total = seen.length;
    return {
      kind: 'hold',
      reason: 'correlatedCause',
      retryAfterMs,
      detail: `${count} of ${total} alerting workloads (${Math.round((count * 100) / total)}%) share ${trait}, which ${Math.round(share * 100)}% of all workloads have`,
      incident: `correlated/${trait}`,
    };
  },
});

/**
 * How many of them share the trait, and the share of all workloads that have it, as their looks counted. Where too many of
 * those that share it are in namespaces too small to count, it is not known how common it is: then all may have it.
 */
function commonIn(seen: readonly Sighting[], trait: string): { count: number; share: number } {
  const sharing = seen.filter(({ traits }) => traits.includes(trait));
  const counted = sharing.flatMap(({ traits, shares }) =>
    shares === undefined ? [0] : (shares[traits.indexOf(trait)] ?? []),
  );
  const sum = counted.reduce((total, share) => total + share / 100, 0);
  const isKnown = counted.length > 0 && counted.length >= sharing.length * leastCounted;
  return { count: sharing.length, share: isKnown ? sum / counted.length : 1 };
}

function isTelling({ count, total, share }: { count: number; total: number; share: number }): boolean {
  if (count < fewest || count < total * mostShare || count / total - share < farMore) return false;
  return chanceOfAtLeast(count, total, Math.max(share, rarest)) <= chanceAtMost;
}

/**
 * The probability that at least `count` of `total` independent draws have something that a share of all have; `share` is
 * from 0 to 1.
 */
export function chanceOfAtLeast(count: number, total: number, share: number): number {
  if (count <= 0 || share >= 1) return 1;
  if (share <= 0 || count > total) return 0;
  const odds = share / (1 - share);
  // The first term as a logarithm: its factors are too small and too large to be multiplied.
  let log = total * Math.log(1 - share);
  for (let drawn = 1; drawn <= count; drawn += 1) log += Math.log(((total - drawn + 1) / drawn) * odds);
  let term = Math.exp(log);
  let sum = term;
  for (let drawn = count + 1; drawn <= total; drawn += 1) {
    term *= ((total - drawn + 1) / drawn) * odds;
    sum += term;
  }
  return Math.min(1, sum);
}
