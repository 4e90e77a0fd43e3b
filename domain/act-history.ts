/**
 * Acts older than the rules need in detail: by namespace, then by `Kind/name`, the minutes (since 1970, rounded up) in
 * which they happened. Written so short because it is kept for every workload of a week.
 */
export type History = Record<string, Record<string, number[]>>;

const minuteMs = 60_000;
/** The longest period that `attempts.per` can ask for. */
const keptMs = 7 * 86_400_000;

interface PastAct {
  /** `namespace/Kind/name`. */
  workload: string;
  atMs: number;
}

/** The history with these acts in it and without those that nobody can ask for any more. */
export function remembered(history: History, acts: readonly PastAct[], nowMs: number): History {
  const oldest = Math.floor((nowMs - keptMs) / minuteMs);
  const isStale = Object.values(history).some((workloads) =>
    Object.values(workloads).some(([first]) => (first ?? 0) <= oldest),
  );
  if (acts.length === 0 && !isStale) return history;
  const next: History = {};
  const add = (namespace: string, name: string, minutes: readonly number[]) => {
    const kept = minutes.filter((minute) => minute > oldest);
    if (kept.length === 0) return;
    next[namespace] ??= {};
    const known = next[namespace][name] ?? [];
    next[namespace][name] = [...known, ...kept].sort((a, b) => a - b);
  };
  for (const [namespace, workloads] of Object.entries(history)) {
    for (const [name, minutes] of Object.entries(workloads)) add(namespace, name, minutes);
  }
  for (const { workload, atMs } of acts) add(...split(workload), [Math.ceil(atMs / minuteMs)]);
  return next;
}

/** When the workload was acted on, Unix ms, oldest first. */
export function actTimes(history: History, workload: string): number[] {
  const [namespace, name] = split(workload);
  return (history[namespace]?.[name] ?? []).map((minute) => minute * minuteMs);
}

/** The history without this workload. */
export function forgetActs(history: History, workload: string): History {
  const [namespace, name] = split(workload);
  const { [name]: _, ...others } = history[namespace] ?? {};
  const { [namespace]: __, ...rest } = history;
  return Object.keys(others).length === 0 ? rest : { ...rest, [namespace]: others };
}

function split(workload: string): [namespace: string, name: string] {
  const slash = workload.indexOf('/');
  return [workload.slice(0, slash), workload.slice(slash + 1)];
}
