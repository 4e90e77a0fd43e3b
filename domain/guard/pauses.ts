import type { Pause } from './records.ts';

/** With more pauses than these, those that end the soonest go first: what stays stands for the others. */
const pausesKept = 50;

/** Unix ms; a pause without an end lasts until a person lifts it. */
const endOf = ({ untilMs }: Pick<Pause, 'untilMs'>): number => untilMs ?? Number.POSITIVE_INFINITY;

/**
 * The pauses with one more. Anybody who can write to Temporal may pause, and nobody unsigned may lift: said again, a
 * pause ends at the later of its two ends, and a flood of short ones drops none that lasts longer. The earliest beginning
 * is kept in any case: when a pause is lifted, what was refused since its beginning is looked at again.
 */
export function withPause(pauses: readonly Pause[], pause: Pause): Pause[] {
  const former = pauses.find(({ id }) => id === pause.id);
  const { untilMs: _, ...named } = pause;
  const endless: Pause = { ...named, sinceMs: Math.min(pause.sinceMs, former?.sinceMs ?? pause.sinceMs) };
  const endMs = Math.max(endOf(pause), former === undefined ? 0 : endOf(former));
  const merged: Pause = endMs === Number.POSITIVE_INFINITY ? endless : { ...endless, untilMs: endMs };
  const all = [...pauses.filter((other) => other !== former), merged];
  if (all.length <= pausesKept) return all;
  const soonest = Math.min(...all.map(endOf));
  const dropped = all.findIndex((each) => endOf(each) === soonest);
  return standingFor(all[dropped], all.toSpliced(dropped, 1));
}

/** The pauses of which the last stands for the one that was dropped. */
function standingFor(dropped: Pause | undefined, pauses: Pause[]): Pause[] {
  const last = pauses.at(-1);
  if (dropped === undefined || last === undefined || last.sinceMs <= dropped.sinceMs) return pauses;
  return pauses.with(-1, { ...last, sinceMs: dropped.sinceMs });
}

/** When the first of the pauses ends by itself, Unix ms; undefined where none does. */
export function firstEndMs(pauses: readonly Pause[]): number | undefined {
  const endMs = Math.min(...pauses.map(endOf));
  return endMs === Number.POSITIVE_INFINITY ? undefined : endMs;
}

/** The pauses whose time is over. */
export const endedPauses = (pauses: readonly Pause[], nowMs: number): Pause[] =>
  pauses.filter((pause) => endOf(pause) <= nowMs);
