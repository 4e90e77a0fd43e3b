import type { Round } from './measure.ts';

/** What must be reached: ms and MB. */
export const targets = { p99Ms: 1_000, memoryMb: 100 } as const;

/** True when a round reached its targets and lost nothing. */
export const isRoundKept = ({ lags, lost, memory }: Round): boolean =>
  lost === 0 && Object.values(lags).every(({ p99 }) => p99 <= targets.p99Ms) && memory.end <= targets.memoryMb;

/** True when every round is kept. */
export const isKept = (rounds: readonly Round[]): boolean => rounds.length > 0 && rounds.every(isRoundKept);
