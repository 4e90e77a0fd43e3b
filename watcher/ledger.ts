import type { WatchedFault } from '../domain/faults/index.ts';
import { classify, type Shown } from './classify.ts';
import type { Sighting } from './sightings.ts';
import { firingAlert, resolvedAlert, type WatchedAlert } from './watched-alert.ts';

/** How faults are reported. */
export interface LedgerRules {
  faults: readonly WatchedFault[];
  cluster: string;
  /** Instead of each class's own. */
  toleranceMs?: number | undefined;
  repeatEveryMs: number;
}

/** A fault that shows. */
interface Open {
  sinceMs: number;
  /** As it was posted last; absent while it is held. */
  posted?: { alert: WatchedAlert; atMs: number };
}

/** An object that shows a fault. */
interface Entry {
  source: string;
  sighting: Sighting;
  open: Map<WatchedFault, Open>;
  /** When it must be looked at again, though nothing was heard of it. */
  dueMs: number;
}

/** Some classes end by themselves as time goes by: a container that crashed stays up. */
const lookAgainMs = 5_000;
const endsAlone = (kind: Sighting['kind']) => kind === 'pod' || kind === 'job';

/** What shows a fault now. Objects that are well are not held. */
export interface Ledger {
  /** True when `see` would change anything: the object shows a fault, or did. */
  concerns(sighting: Sighting, nowMs: number): boolean;
  /** An object of the source as it is now. */
  see(source: string, sighting: Sighting, nowMs: number): void;
  /** All objects of the source that concern us: the others are well or gone. */
  seeAll(source: string, sightings: readonly Sighting[], nowMs: number): void;
  gone(key: string, nowMs: number): void;
  /** Posts what has been held for long enough and repeats what lasts. */
  passTime(nowMs: number): void;
  /** Objects that show a class and were reported, by the name of the class. */
  reported(): Map<string, number>;
}

/** Keeps faults from the first sign to the last; `put` gets each alert once it fires, repeats or resolves. */
export function createLedger(rules: LedgerRules, put: (alert: WatchedAlert) => void): Ledger {
  const entries = new Map<string, Entry>();

  const end = (open: Open, nowMs: number) => {
    if (open.posted !== undefined) put(resolvedAlert(open.posted.alert, nowMs));
  };
  const drop = (key: string, nowMs: number) => {
    for (const open of entries.get(key)?.open.values() ?? []) end(open, nowMs);
    entries.delete(key);
  };
  const report = reporter(rules, put);
  const see = (source: string, sighting: Sighting, nowMs: number) => {
    const { key, uid, kind } = sighting;
    // Another object of the same name: what the first one showed is over.
    if (entries.get(key)?.sighting.uid !== uid) drop(key, nowMs);
    const shown = classify(rules.faults, sighting, nowMs);
    const entry = entries.get(key) ?? { source, sighting, open: new Map(), dueMs: 0 };
    for (const [fault, open] of entry.open) {
      if (shown.some((one) => one.fault === fault)) continue;
      entry.open.delete(fault);
      end(open, nowMs);
    }
    if (shown.length === 0) return entries.delete(key);
    entry.sighting = sighting;
    const dues = shown.map((one) => report(entry, one, nowMs));
    entry.dueMs = Math.min(...dues, endsAlone(kind) ? nowMs + lookAgainMs : Number.POSITIVE_INFINITY);
    return entries.set(key, entry);
  };

  return {
    see,
    gone: drop,
    concerns: (sighting, nowMs) => entries.has(sighting.key) || classify(rules.faults, sighting, nowMs).length > 0,
    seeAll(source, sightings, nowMs) {
      const there = new Set(sightings.map(({ key }) => key));
      for (const [key, entry] of entries) if (entry.source === source && !there.has(key)) drop(key, nowMs);
      for (const sighting of sightings) see(source, sighting, nowMs);
    },
    passTime(nowMs) {
      for (const { source, sighting, dueMs } of entries.values()) if (dueMs <= nowMs) see(source, sighting, nowMs);
    },
    reported() {
      const counts = new Map(rules.faults.map(({ name }) => [name as string, 0]));
      for (const { open } of entries.values()) {
        for (const [{ name }, { posted }] of open) if (posted) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    },
  };
}

/** Puts what is due of a fault that shows; gives when to look at it again, Unix ms. */
function reporter({ cluster, repeatEveryMs, toleranceMs }: LedgerRules, put: (alert: WatchedAlert) => void) {
  return ({ sighting, open }: Entry, shown: Shown, nowMs: number): number => {
    const known = open.get(shown.fault) ?? { sinceMs: nowMs };
    open.set(shown.fault, known);
    const dueMs =
      known.posted === undefined
        ? known.sinceMs + (toleranceMs ?? shown.fault.toleranceMs)
        : known.posted.atMs + repeatEveryMs;
    if (nowMs < dueMs) return dueMs;
    const alert = firingAlert(shown, sighting, { cluster, sinceMs: known.sinceMs });
    known.posted = { alert, atMs: nowMs };
    put(alert);
    return nowMs + repeatEveryMs;
  };
}
