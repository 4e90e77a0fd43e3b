import type { IncidentReport } from '../../domain/guard/incidents.ts';
import type { IncidentRef, PermitRelease, PermitRequest, Verdict } from '../../domain/guard/permit.ts';
import type { Recalled } from '../../domain/guard/recall.ts';
import type { GuardState, Sighting } from '../../domain/guard/state.ts';
import type { Refused } from '../../domain/run/contract.ts';
import type { Reason } from '../../domain/run/reasons.ts';
import type { Glance } from '../contract.ts';

/** The way to the guards; every call fails with TEMPORAL_UNAVAILABLE when a guard cannot be reached in time. */
export interface GuardConnection {
  decide(cluster: string, requests: PermitRequest[]): Promise<{ requestId: string; verdict: Verdict }[]>;
  release(cluster: string, release: PermitRelease): Promise<void>;
  saw(cluster: string, sightings: Sighting[]): Promise<void>;
  /** A run was refused by something that ends. */
  refused(cluster: string, refused: Refused): Promise<void>;
  incident(cluster: string, report: IncidentReport): Promise<IncidentRef>;
  state(cluster: string): Promise<GuardState>;
  /** What runs of the guard before this one knew. */
  recall(cluster: string, runId: string): Promise<Recalled>;
}

/** One process's client of the guards: it gathers what many runs ask at the same time, and keeps a short-lived copy of each guard's state. */
export interface GuardClient {
  ask(cluster: string, request: PermitRequest): Promise<Verdict>;
  release(cluster: string, release: PermitRelease): Promise<void>;
  /** What is known without asking, or asked again where the last news was a stop. */
  glance(cluster: string, sighting: Sighting): Promise<Glance>;
}

/** Requests that one update carries at most. */
const batchSize = 50;
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

interface Waiting {
  request: PermitRequest;
  resolve(verdict: Verdict): void;
  reject(error: unknown): void;
}

export interface GuardClientDeps {
  connection: Pick<GuardConnection, 'decide' | 'release' | 'saw' | 'state'>;
  /** Unix ms. */
  now: () => number;
  logger: { warn(fields: object, message: string): void };
}

/** Opens the client; it keeps no timers but while it has something to tell. */
export function openGuardClient(deps: GuardClientDeps): GuardClient {
  const clients = new Map<string, ClusterClient>();
  const at = (cluster: string) => {
    const client = clients.get(cluster) ?? openClusterClient(cluster, deps);
    clients.set(cluster, client);
    return client;
  };
  return {
    ask: (cluster, request) => at(cluster).ask(request),
    release: (cluster, release) => deps.connection.release(cluster, release),
    glance: (cluster, sighting) => at(cluster).glance(sighting),
  };
}

interface ClusterClient {
  ask(request: PermitRequest): Promise<Verdict>;
  glance(sighting: Sighting): Promise<Glance>;
}

function openClusterClient(cluster: string, deps: GuardClientDeps): ClusterClient {
  const ask = gatherRequests(cluster, deps);
  const cached = cacheStop(cluster, deps);
  const tell = gatherSightings(cluster, deps);
  return {
    async ask(request) {
      const verdict = await ask(request);
      cached.heard(verdict);
      return verdict;
    },
    async glance(sighting) {
      const stop = await cached.stop();
      if (stop === undefined) return { kind: 'goOn' };
      tell(sighting);
      return { kind: 'refuse', ...stop };
    },
  };
}

/** One update at a time: what comes meanwhile goes with the next one. */
function gatherRequests(cluster: string, { connection }: GuardClientDeps): ClusterClient['ask'] {
  let waiting: Waiting[] = [];
  let isUnderWay = false;
  const send = async () => {
    isUnderWay = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      waiting = waiting.slice(batchSize);
      await answer(batch);
    }
    isUnderWay = false;
  };
  const answer = async (batch: Waiting[]) => {
    try {
      const decided = await connection.decide(
        cluster,
        batch.map(({ request }) => request),
      );
      const verdicts = new Map(decided.map(({ requestId, verdict }) => [requestId, verdict]));
      for (const { request, resolve, reject } of batch) {
        const verdict = verdicts.get(request.requestId);
        if (verdict === undefined) reject(new Error(`the guard did not answer request ${request.requestId}`));
        else resolve(verdict);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (!isUnderWay) void send();
    });
}

type Stop = Omit<Extract<Glance, { kind: 'refuse' }>, 'kind'>;

interface CachedStop {
  /** Why nothing would be granted now, as far as is known; waits for a new copy only where an old one would stop the asker. */
  stop(): Promise<Stop | undefined>;
  /** An answer of the guard tells as much as a copy of its state. */
  heard(verdict: Verdict): void;
}

function cacheStop(cluster: string, { connection, now, logger }: GuardClientDeps): CachedStop {
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
  if (pause !== undefined) return { reason: 'paused', detail: `paused by ${pause.who}: ${pause.why}` };
  return storm?.kind === 'open' ? { reason: 'storm', detail: storm.why } : undefined;
}

function gatherSightings(cluster: string, { connection, logger }: GuardClientDeps): (sighting: Sighting) => void {
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
