/** A set of figures in one line, in the unit of the figures. */
export interface Summary {
  count: number;
  p50: number;
  p99: number;
  min: number;
  max: number;
}

/** The smallest figure that at least `share` (0 … 1) of all figures do not exceed; NaN without figures. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Median, 99th percentile and bounds; all NaN without figures. */
export function summaryOf(figures: readonly number[]): Summary {
  return {
    count: figures.length,
    p50: percentile(figures, 0.5),
    p99: percentile(figures, 0.99),
    min: percentile(figures, 0),
    max: percentile(figures, 1),
  };
}
