import type { Truncation } from './records.ts';

const sendersKept = 20;
/** After so long without a word a sender begins anew. */
const quietMs = 3_600_000;
/** One sender alone slows acts down no longer than this: a real storm is counted by its workloads. */
const pacesAtMostMs = 1_800_000;

/** The senders, with the latest delivery that left alerts out. */
export function withTruncation(
  known: readonly Truncation[],
  { sender, atMs }: { sender: string; atMs: number },
): Truncation[] {
  const before = known.find((truncation) => truncation.sender === sender);
  const goesOn = before !== undefined && atMs - before.lastMs < quietMs;
  const truncation = { sender, sinceMs: goesOn ? before.sinceMs : atMs, lastMs: atMs };
  return [...known.filter((other) => other !== before), truncation].slice(-sendersKept);
}

/** The sender whose deliveries were incomplete within the time, if any: acts are paced because of it. */
export function pacingSender(
  truncations: readonly Truncation[],
  nowMs: number,
  withinMs: number,
): Truncation | undefined {
  return truncations.findLast(({ sinceMs, lastMs }) => lastMs > nowMs - withinMs && lastMs - sinceMs < pacesAtMostMs);
}
