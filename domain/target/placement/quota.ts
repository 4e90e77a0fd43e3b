import type { Amounts } from './needs.ts';
import { amountsOf, roundingSlack } from './room.ts';

const longestWords = 2_000;

/** One of the lists of a refusal: `exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3`. */
function listIn(words: string, name: 'requested' | 'used' | 'limited'): Amounts | undefined {
  const [, after] = words.split(`, ${name}: `);
  if (after === undefined) return undefined;
  // The lists are parted by a comma and a space, what is in them by a comma alone.
  const [text = ''] = after.split(/[\s]/, 1);
  const pairs = text.split(',').filter((pair) => pair !== '');
  return amountsOf(Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? 'none'])));
}

/**
 * True when the quota that refuses a fresh pod would take it once the pod that holds these amounts is gone: a controller tries
 * again until then. A refusal that cannot be read, or that is about anything else, is a no.
 */
export function fitsOnceReleased(words: string, released: Amounts): boolean {
  if (words.length > longestWords || !words.includes('exceeded quota: ')) return false;
  const [wanted, taken, most] = [listIn(words, 'requested'), listIn(words, 'used'), listIn(words, 'limited')];
  if (wanted === undefined || taken === undefined || most === undefined) return false;
  return Object.entries(wanted).every(([resource, amount]) => {
    const left = (taken[resource] ?? Number.POSITIVE_INFINITY) - (released[resource] ?? 0);
    const limit = most[resource] ?? 0;
    return Number.isFinite(limit) && left + amount <= limit + roundingSlack;
  });
}

/** What a pod counts for in quotas, by the names that quotas use. */
export function quotaUse(requests: Amounts, limits: Amounts): Amounts {
  const named = (prefix: string, amounts: Amounts) =>
    Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [`${prefix}${resource}`, amount]));
  return { pods: 1, 'count/pods': 1, ...requests, ...named('requests.', requests), ...named('limits.', limits) };
}
