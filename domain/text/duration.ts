const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Amounts with their units, largest first by custom: 1h30m. */
export const durationShape = /^(?:\d+(?:d|h|ms|m|s))+$/;

/** Milliseconds of a duration as people write it: `90s`, `10m`, `1h30m`; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (!durationShape.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[dhms])/gy)) {
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
