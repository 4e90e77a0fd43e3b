import type { Pod } from '../../domain/target/pod.ts';

/** The same pod with every time that it shows moved on: later it looks as old as it did then. */
export function aged(pod: Pod, byMs: number): Pod {
  if (byMs === 0) return pod;
  const containers = pod.containers.map(({ state, lastTermination, ...container }) => ({
    ...container,
    ...(state && { state: state.kind === 'waiting' ? state : moved(state, byMs) }),
    ...(lastTermination && { lastTermination: moved(lastTermination, byMs) }),
  }));
  const unready = pod.unreadySinceMs === undefined ? {} : { unreadySinceMs: pod.unreadySinceMs + byMs };
  return { ...pod, createdAtMs: pod.createdAtMs + byMs, ...unready, containers };
}

const moved = <Times extends { startedAtMs?: number; finishedAtMs?: number }>(times: Times, byMs: number): Times => ({
  ...times,
  ...(times.startedAtMs !== undefined && { startedAtMs: times.startedAtMs + byMs }),
  ...(times.finishedAtMs !== undefined && { finishedAtMs: times.finishedAtMs + byMs }),
});
