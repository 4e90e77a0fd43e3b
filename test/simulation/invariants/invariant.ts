import type { Trace } from '../search/trace.ts';

/** A guard statement as something that every simulated day must satisfy. */
export interface Invariant {
  /** `G1`, as docs/safety.md counts them. */
  name: string;
  statement: string;
  /** What breaks it, in words; undefined while it holds. */
  broken(trace: Trace): string | undefined;
}

export const at = (ms: number) => new Date(ms).toISOString();

/** The first of them that is wrong, in words. */
export function firstOf<T>(
  items: readonly T[],
  words: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = words(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
