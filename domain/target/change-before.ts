import { formatDuration } from '../text/duration.ts';

/** A version of a template, as far as its time is asked for. */
interface Version {
  number: number;
  isCurrent: boolean;
  /** Unix ms. */
  createdAtMs: number;
  /** Equal texts are equal templates. */
  content: string;
}

/** Clocks of the cluster and of the alert may differ by so much. */
const clockSkewMs = 10_000;

/**
 * Since when the present template runs in place of another one, Unix ms: restarts of the same template do not count.
 * Undefined where none is known that it replaced.
 */
function templateSince(versions: readonly Version[]): number | undefined {
  const current = versions.find(({ isCurrent }) => isCurrent);
  if (current === undefined) return undefined;
  const older = versions.filter(({ number }) => number <= current.number).sort((a, b) => b.number - a.number);
  const other = older.findIndex(({ content }) => content !== current.content);
  return other === -1 ? undefined : Math.min(...older.slice(0, other).map(({ createdAtMs }) => createdAtMs));
}

/**
 * Why no change of the template can have caused a fault that began at `faultAtMs`: it came after the fault, or so long
 * before that it ran well in between. Undefined where one came at most `withinMs` before the fault.
 */
export function noChangeBefore(
  versions: readonly Version[],
  { faultAtMs, withinMs }: { faultAtMs: number; withinMs: number },
): string | undefined {
  const sinceMs = templateSince(versions);
  if (sinceMs === undefined) return 'it had no other template before';
  if (sinceMs > faultAtMs + clockSkewMs) return 'its template was changed after the fault had begun';
  const earlierMs = faultAtMs - sinceMs;
  if (earlierMs <= withinMs) return undefined;
  return `its template was last changed ${formatDuration(earlierMs)} before the fault, not within ${formatDuration(withinMs)}`;
}
