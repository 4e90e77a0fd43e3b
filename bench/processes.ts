import { readFileSync } from 'node:fs';

/** Ticks of a second in which Linux counts processor time. */
const ticksPerSecond = 100;

/** Seconds of processor time that a process has used, from the text of /proc/<pid>/stat; NaN when it does not say. */
export function spentSeconds(stat: string): number {
  // The command stands in brackets and may hold anything, so counting begins behind it, at field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The same for a running process; NaN where the system has no /proc. */
export function secondsOf(pid: number): number {
  try {
    return spentSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return Number.NaN;
  }
}
