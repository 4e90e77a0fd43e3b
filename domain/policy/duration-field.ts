import { z } from 'zod';
import { durationShape, parseDuration } from '../text/duration.ts';

/** The bounds of every duration field, for schemas of other kinds that are derived from ours. */
export const durationBounds = z.registry<{ min?: string; max?: string }>();

/** A duration field: text such as `10m` in the file, milliseconds after parsing, within the bounds given (inclusive). */
export function duration(bounds: { min?: string; max?: string } = {}) {
  const minMs = parseDuration(bounds.min ?? '0s') ?? 0;
  const maxMs = bounds.max === undefined ? Number.POSITIVE_INFINITY : (parseDuration(bounds.max) ?? 0);
  return z
    .string()
    .max(32)
    .regex(durationShape, { error: 'must be a duration such as 30s, 10m or 1h30m', abort: true })
    .refine((text) => (parseDuration(text) ?? -1) >= minMs, `must be at least ${bounds.min ?? '0s'}`)
    .refine((text) => (parseDuration(text) ?? -1) <= maxMs, `must be at most ${bounds.max ?? ''}`)
    .register(durationBounds, bounds)
    .transform((text) => parseDuration(text) ?? 0);
}
