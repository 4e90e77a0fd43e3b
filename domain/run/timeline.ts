import type { StepRecord, TimelineEntry } from './outcome.ts';
import type { RunStatus } from './status.ts';

type Verdict = RunStatus['verdicts'][number];

/**
 * How much a run keeps of what happened; what lies between the first and the last entries is counted. Steps in between are
 * dropped without a count.
 */
export const keptEntries = {
  first: 30,
  last: 70,
  verdictsFirst: 10,
  verdictsLast: 40,
  stepsFirst: 10,
  stepsLast: 40,
} as const;
/** A line is the same as one of the latest lines of its phase. */
const lookBack = 6;
const textLimit = 500;
const factsKept = 10;

/**
 * The timeline with one more line. A line that says the same as one of the latest six of its phase is counted there
 * (`times`, `lastAt`) instead of added. Lines with a reason are the same when they agree up to the first colon.
 */
export function withLine(timeline: readonly TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  const line = shortened(entry);
  const from = Math.max(timeline.findLastIndex(({ phase }) => phase !== line.phase) + 1, timeline.length - lookBack);
  const known = timeline.findLastIndex((other, index) => index >= from && isSame(other, line));
  if (known < 0) return bounded([...timeline, line], keptEntries, (count) => `${count} lines are left out here`);
  return timeline.map((other, index) => (index === known ? counted(other, line) : other));
}

/** The guard's verdicts with one more. The same hold or denial, given again, is counted. */
export function withVerdict(verdicts: readonly Verdict[], verdict: Verdict): Verdict[] {
  const last = verdicts.at(-1);
  const isRepeat = last?.verdict === verdict.verdict && last.reason === verdict.reason && verdict.verdict !== 'grant';
  if (isRepeat) return [...verdicts.slice(0, -1), counted(last, verdict)];
  const { verdictsFirst: first, verdictsLast } = keptEntries;
  return bounded(
    [...verdicts, verdict],
    { first, last: verdictsLast },
    (count) => `${count} verdicts are left out here`,
  );
}

/** The steps with one more. Of many, the middle ones are dropped; the timeline still has lines about them. */
export function withStep(steps: readonly StepRecord[], step: StepRecord): StepRecord[] {
  const { stepsFirst, stepsLast } = keptEntries;
  const all = [...steps, step];
  return all.length <= stepsFirst + stepsLast ? all : [...all.slice(0, stepsFirst), ...all.slice(-stepsLast)];
}

/** What a line says, with how often it was said: `told chat (×3, last at 10:03:11)`. */
export function lineInWords({ what, times, lastAt }: Pick<TimelineEntry, 'what' | 'times' | 'lastAt'>): string {
  if (times === undefined) return what;
  return `${what} (×${times}${lastAt === undefined ? '' : `, last at ${lastAt.slice(11, 19)}`})`;
}

const headOf = ({ what, reason }: TimelineEntry) => (reason === undefined ? what : what.split(':', 1)[0]);

const isSame = (one: TimelineEntry, other: TimelineEntry) =>
  one.leftOut === undefined && one.reason === other.reason && headOf(one) === headOf(other);

/** The earlier entry with the words of the later one, which are the news. */
function counted<T extends { at: string; times?: number }>({ at, times = 1 }: T, later: T): T {
  return { ...later, at, times: times + 1, lastAt: later.at };
}

/** Keeps the first and the last; one entry in between says how many are missing. */
function bounded<T extends { at: string; leftOut?: number }>(
  entries: T[],
  { first, last }: { first: number; last: number },
  inWords: (count: number) => string,
): T[] {
  if (entries.length <= first + 1 + last) return entries;
  const gap = entries.slice(first, entries.length - last);
  const [begin] = gap;
  if (begin === undefined) return entries;
  const leftOut = gap.reduce((count, entry) => count + (entry.leftOut ?? 1), 0);
  const words = inWords(leftOut);
  const mark = { ...begin, leftOut, ...('what' in begin ? { what: words, detail: {} } : { detail: words }) };
  return [...entries.slice(0, first), mark, ...entries.slice(-last)];
}

function shortened({ what, detail, ...entry }: TimelineEntry): TimelineEntry {
  const facts = Object.entries(detail ?? {})
    .slice(0, factsKept)
    .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, textLimit) : value] as const);
  return {
    ...entry,
    what: what.slice(0, textLimit),
    ...(facts.length === 0 ? {} : { detail: Object.fromEntries(facts) }),
  };
}
