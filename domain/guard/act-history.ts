/**
 * Acts older than the rules need in detail: by `namespace/Kind`, each workload's name with the minutes of its acts, as
 * in `cart hl4yo,checkout hl4yohl7rk`. Minutes are rounded up, five digits each, oldest first. Written so short because
 * it is kept for every workload of a week.
 */
export type History = Record<string, string>;

const minuteMs = 60_000;
/** The longest period that `attempts.per` can ask for. */
const keptMs = 7 * 86_400_000;

interface PastAct {
  /** `namespace/Kind/name`. */
  workload: string;
  atMs: number;
}

/** The history with these acts in it, and then without those that nobody can ask for any more. */
export function remembered(history: History, acts: readonly PastAct[], nowMs: number): History {
  if (acts.length === 0) return history;
  const stamps = new Map(Object.entries(history).flatMap(([group, text]) => entriesOf(group, text)));
  for (const { workload, atMs } of acts) {
    stamps.set(workload, [...(stamps.get(workload) ?? []), stamp(Math.ceil(atMs / minuteMs))]);
  }
  return written(stamps, stamp(Math.floor((nowMs - keptMs) / minuteMs)));
}

/** When the workload was acted on, Unix ms, oldest first. */
export function actTimes(history: History, workload: string): number[] {
  const [group, name] = split(workload);
  const text = `,${history[group] ?? ''},`;
  const from = text.indexOf(`,${name} `);
  if (from === -1) return [];
  const stamps = text.slice(from + name.length + 2, text.indexOf(',', from + 1));
  return stampsIn(stamps).map((digits) => Number.parseInt(digits, base) * minuteMs);
}

/** The workloads of the history. */
export function rememberedWorkloads(history: History): string[] {
  return Object.entries(history).flatMap(([group, text]) => entriesOf(group, text).map(([workload]) => workload));
}

/** The history without this workload. */
export function forgetActs(history: History, workload: string): History {
  const [group] = split(workload);
  const { [group]: text = '', ...rest } = history;
  const others = entriesOf(group, text).filter(([name]) => name !== workload);
  return { ...rest, ...written(new Map(others), '') };
}

/** A group as text; workloads none of whose acts is newer than `oldest` are left out. */
function written(stamps: ReadonlyMap<string, readonly string[]>, oldest: string): History {
  const groups = new Map<string, string[]>();
  for (const [workload, known] of stamps) {
    const kept = known.filter((digits) => digits > oldest).sort();
    if (kept.length === 0) continue;
    const [group, name] = split(workload);
    const entries = groups.get(group) ?? [];
    entries.push(`${name} ${kept.join('')}`);
    groups.set(group, entries);
  }
  return Object.fromEntries([...groups].map(([group, entries]) => [group, entries.join(',')]));
}

function entriesOf(group: string, text: string): [workload: string, stamps: string[]][] {
  return text.split(',').map((entry) => {
    const [name = '', stamps = ''] = entry.split(' ');
    return [`${group}/${name}`, stampsIn(stamps)];
  });
}

/** Of one length, so that their order as text is their order in time; five digits last until 2084. */
const base = 36;
const stamp = (minute: number) => minute.toString(base).padStart(5, '0');
const stampsIn = (text: string): string[] => text.match(/.{5}/g) ?? [];

function split(workload: string): [group: string, name: string] {
  const slash = workload.lastIndexOf('/');
  return [workload.slice(0, slash), workload.slice(slash + 1)];
}
