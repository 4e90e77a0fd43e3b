import { z } from 'zod';

/** So many, or so many of a hundred. */
export type Amount = { count: number } | { percent: number };

const percentShape = /^(\d{1,3})%$/;

/** A field that takes a number (`3`) or a share (`40%`), as Kubernetes writes them. */
export function amount({ min = 0 }: { min?: number } = {}) {
  return z
    .union([
      z.int().min(min).max(10_000),
      z
        .string()
        .max(4)
        .regex(percentShape, { error: 'must be a number such as 3 or a share such as 40%', abort: true })
        .refine((text) => Number.parseInt(text, 10) <= 100, 'must be at most 100%'),
    ])
    .meta({ 'x-kubernetes-int-or-string': true })
    .transform(
      (value): Amount => (typeof value === 'number' ? { count: value } : { percent: Number.parseInt(value, 10) }),
    );
}

/**
 * How many of `total` the amount allows; a share rounds down but allows one, or it would allow nothing in a small place.
 * A share of nothing allows nothing.
 */
export function allowedOf(amount: Amount, total: number): number {
  if ('count' in amount) return amount.count;
  return amount.percent === 0 ? 0 : Math.max(1, Math.floor((total * amount.percent) / 100));
}

/** True when `part` of `total` is more than the amount. */
export function exceeds(amount: Amount, { part, total }: { part: number; total: number }): boolean {
  return 'count' in amount ? part > amount.count : part * 100 > amount.percent * total;
}

/** As a person writes it: `3`, `40%`. */
export const amountInWords = (amount: Amount): string =>
  'count' in amount ? String(amount.count) : `${amount.percent}%`;
