import { digestOf } from '../text/digest.ts';

interface Backoff {
  firstMs: number;
  longestMs: number;
  /** Tries before this one. */
  tries: number;
  /** Same seed, same wait: a replay must come to the same timer. */
  seed: string;
}

/**
 * The wait before the next try, ms: doubled by each try, at most `longestMs`, then up to a fifth shorter, so that those
 * who wait for the same thing do not all come back at the same moment.
 */
export function backoffMs({ firstMs, longestMs, tries, seed }: Backoff): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(tries, 30));
  return Math.round(fullMs * (1 - shareOf(seed) / 5));
}

/** At least 0, less than 1. */
const shareOf = (seed: string): number => Number.parseInt(digestOf(seed).slice(0, 8), 16) / 0x1_0000_0000;
