/** Work at moments of a virtual time, done in the order of the moments; at the same one, in the order it was asked for. */
export interface Timeline {
  /** Unix ms; a moment that is past comes next. */
  at(atMs: number, work: (nowMs: number) => void): void;
  /** Does everything, also what is asked for meanwhile. */
  run(): void;
}

/** Opens an empty timeline. */
export function openTimeline(): Timeline {
  const due: { atMs: number; work: (nowMs: number) => void }[] = [];
  return {
    at(atMs, work) {
      const index = due.findLastIndex((other) => other.atMs <= atMs) + 1;
      due.splice(index, 0, { atMs, work });
    },
    run() {
      for (let next = due.shift(); next !== undefined; next = due.shift()) next.work(next.atMs);
    },
  };
}
