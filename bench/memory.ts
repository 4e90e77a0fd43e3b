import { readFileSync } from 'node:fs';

/** `VmRSS` is what a process occupies now, `VmHWM` the most that it ever did, `RssAnon` what of it is no file's. */
type Line = 'VmRSS' | 'VmHWM' | 'RssAnon';

/** Megabytes of memory that a process occupies (RSS), from the text of /proc/<pid>/status; NaN when it does not say. */
export function residentMegabytes(status: string, line: Line = 'VmRSS'): number {
  const [, kibibytes] = new RegExp(`^${line}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return kibibytes === undefined ? Number.NaN : (Number(kibibytes) * 1024) / 1_000_000;
}

/** The same for a running process; NaN where the system has no /proc. */
export function memoryOf(pid: number, line: Line = 'VmRSS'): number {
  try {
    return residentMegabytes(readFileSync(`/proc/${pid}/status`, 'utf8'), line);
  } catch {
    return Number.NaN;
  }
}
