import { z } from 'zod';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const shape = /^(?:\d+(?:d|h|ms|m|s))+$/;

/** Milliseconds of a duration as people write it: `90s`, `10m`, `1h30m`; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (!shape.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) {
    totalMs += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  return totalMs;
}

/** A duration as people write it, at most two units: `1h30m`, `41s`, `850ms`. */
export function formatDuration(durationMs: number): string {
  const wholeMs = Math.max(0, Math.round(durationMs));
  if (wholeMs < 1_000) return `${wholeMs}ms`;
  if (wholeMs < 10_000 && wholeMs % 1_000 !== 0) return `${(wholeMs / 1_000).toFixed(1)}s`;
  let restS = Math.round(wholeMs / 1_000);
  const parts: string[] = [];
  for (const [unit, lengthS] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(restS / lengthS);
    restS -= count * lengthS;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join('');
}

/** A duration field: text such as `10m` in the file, milliseconds after parsing, within the bounds given (inclusive). */
export function duration(bounds: { min?: string; max?: string } = {}) {
  const minMs = parseDuration(bounds.min ?? '0s') ?? 0;
  const maxMs = bounds.max === undefined ? Number.POSITIVE_INFINITY : (parseDuration(bounds.max) ?? 0);
  return z
    .string()
    .regex(shape, 'must be a duration such as 30s, 10m or 1h30m')
    .refine((text) => (parseDuration(text) ?? -1) >= minMs, `must be at least ${bounds.min ?? '0s'}`)
    .refine((text) => (parseDuration(text) ?? -1) <= maxMs, `must be at most ${bounds.max ?? ''}`)
    .transform((text) => parseDuration(text) ?? 0);
}
