import { readFileSync } from 'node:fs';

/** Megabytes of memory that a process occupies (RSS), from the text of /proc/<pid>/status; NaN when it does not say. */
export function residentMegabytes(status: string): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kibibytes === undefined ? Number.NaN : (Number(kibibytes) * 1024) / 1_000_000;
}

/** The same for a running process; NaN where the system has no /proc. */
export function memoryOf(pid: number): number {
  try {
    return residentMegabytes(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return Number.NaN;
  }
}
