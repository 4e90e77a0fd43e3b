import type { Verdict } from '../../domain/guard/permit.ts';
import { pauseInWords } from '../../domain/guard/rules/paused.ts';
import type { GuardState, Sighting } from '../../domain/guard/state.ts';
import type { Reason } from '../../domain/run/reasons.ts';
import type { Glance } from '../contract.ts';

/** Where the guard's state is read and who alerts is told. */
interface CacheDeps {
  connection: {
    state(cluster: string): Promise<GuardState>;
    saw(cluster: string, sightings: Sighting[]): Promise<void>;
  };
  /** Unix ms. */
  now: () => number;
  logger: { warn(fields: object, message: string): void };
}

/** A copy of the guard's state older than this is not used. */
const freshMs = 5_000;
/** The copy is fetched again when it is this old, so that it is fresh while anybody asks. */
const renewMs = 2_000;
/** Reading the guard's state is work for Temporal: what nobody waits for is put off until the asker's own run has begun. */
const putOffMs = 300;
/** A stop that is older than this is asked after, so that nobody is turned away long after it was lifted. */
const stopMs = 1_000;
/** Sightings are told together. */
const gatherMs = 1_000;

type Stop = Omit<Extract<Glance, { kind: 'refuse' }>, 'kind'>;

/** What is known of a guard without asking it. */
export interface CachedStop {
  /** Why nothing would be granted now, as far as is known; waits for a new copy only where an old one would stop the asker. */
  stop(): Promise<Stop | undefined>;
  /** An answer of the guard tells as much as a copy of its state. */
  heard(verdict: Verdict): void;
}

/** Keeps a short-lived copy of what stops a cluster's guard from granting anything. */
export function cacheStop(cluster: string, { connection, now, logger }: CacheDeps): CachedStop {
  let cached: { atMs: number; stop: Stop | undefined } | undefined;
  let fetching: Promise<void> | undefined;
  const fetchState = async () => {
    const atMs = now();
    try {
      cached = { atMs, stop: stopIn(await connection.state(cluster)) };
    } catch (error) {
      logger.warn({ err: error, cluster }, 'the state of the guard could not be read; runs ask the guard directly');
    } finally {
      fetching = undefined;
    }
  };
  // A copy from the future is old as well: the clock was set back.
  const age = () => (cached === undefined ? Number.POSITIVE_INFINITY : Math.abs(now() - cached.atMs));
  const stop = async () => {
    const ageMs = age();
    const isOldStop = cached?.stop !== undefined && ageMs > stopMs;
    if (isOldStop) fetching ??= fetchState();
    else if (ageMs > renewMs) fetching ??= later(putOffMs).then(fetchState);
    if (isOldStop) await fetching;
    return age() <= freshMs ? cached?.stop : undefined;
  };
  const heard = (verdict: Verdict) => {
    if (verdict.kind !== 'deny' || !stops.includes(verdict.reason)) return;
    cached = { atMs: now(), stop: { reason: verdict.reason, detail: verdict.detail } };
  };
  return { stop, heard };
}

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Cluster-wide refusals. */
const stops: readonly Reason[] = ['paused', 'storm'];

function stopIn({ pauses, storm }: GuardState): Stop | undefined {
  const [pause] = pauses;
  if (pause !== undefined) return { reason: 'paused', detail: pauseInWords(pause) };
  return storm?.kind === 'open' ? { reason: 'storm', detail: storm.why } : undefined;
}

/** Tells the guard in one message of the workloads whose runs were turned away within a moment. */
export function gatherSightings(cluster: string, { connection, logger }: CacheDeps): (sighting: Sighting) => void {
  let gathered = new Map<string, Sighting>();
  const send = () => {
    const sightings = [...gathered.values()];
    gathered = new Map();
    connection
      .saw(cluster, sightings)
      .catch((err: unknown) => logger.warn({ err, cluster }, 'the guard could not be told which workloads alert'));
  };
  return (sighting) => {
    if (gathered.size === 0) setTimeout(send, gatherMs).unref();
    // More than this many are a storm by any limit.
    if (gathered.size < 500) gathered.set(sighting.workload, sighting);
  };
}
