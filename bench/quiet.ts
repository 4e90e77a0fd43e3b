import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** What the processors have spent so far, all of them together. */
export interface Spent {
  idleMs: number;
  totalMs: number;
}

/** Share of all processors, 0 … 1, that was busy between two readings; 0 when no time has passed. */
export function busyShare(before: Spent, after: Spent): number {
  const totalMs = after.totalMs - before.totalMs;
  return totalMs <= 0 ? 0 : 1 - (after.idleMs - before.idleMs) / totalMs;
}

/** Above this share something else than the bench is at work. */
export const quietBelow = 0.3;

/** What the processors have spent by now. */
export function spentNow(): Spent {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);
  return { idleMs: sum(times.map(({ idle }) => idle)), totalMs: sum(times.flatMap((time) => Object.values(time))) };
}

/**
 * Rests for whole intervals until the machine was quiet during one, at most as often as told; resolves with the busy
 * share of the last interval, which says whether the machine was quiet.
 */
export async function restUntilQuiet(intervalMs: number, restsAtMost: number): Promise<number> {
  for (let rest = 1; ; rest++) {
    const before = spentNow();
    await pause(intervalMs);
    const share = busyShare(before, spentNow());
    if (share < quietBelow || rest >= restsAtMost) return share;
  }
}
