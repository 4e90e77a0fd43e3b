import { formatDuration } from '../../domain/text/duration.ts';

/** How long ago a time was, as people write it; `-` for no time. */
export function ago(at: string | undefined, nowMs: number): string {
  return at === undefined ? '-' : formatDuration(Math.max(0, nowMs - Date.parse(at)));
}

/** `2026-03-01T10:00:00Z (in 4m)` or `(4m ago)`: without milliseconds, which nobody reads. */
export function moment(at: string, nowMs: number): string {
  const untilMs = Date.parse(at) - nowMs;
  const distance = untilMs > 0 ? `in ${formatDuration(untilMs)}` : `${formatDuration(-untilMs)} ago`;
  return `${at.replace(/\.\d+Z$/, 'Z')} (${distance})`;
}
