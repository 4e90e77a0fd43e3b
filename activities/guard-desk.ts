import type { IncidentReport } from '../domain/guard/incidents.ts';
import type { IncidentRef, PermitRelease, PermitRequest, Verdict } from '../domain/guard/permit.ts';
import type { Recalled } from '../domain/guard/recall.ts';
import type { GuardState, Sighting } from '../domain/guard/state.ts';
import type { Refused } from '../domain/run/contract.ts';
import type { Reason } from '../domain/run/reasons.ts';
import type { Glance } from './contract.ts';

/** The way to the guards; every call fails with TEMPORAL_UNAVAILABLE when a guard cannot be reached in time. */
export interface GuardLink {
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

/** One process's counter at the guards: it gathers what many runs ask at the same time. */
export interface GuardDesk {
  ask(cluster: string, request: PermitRequest): Promise<Verdict>;
  release(cluster: string, release: PermitRelease): Promise<void>;
  /** What is known without asking, or asked again where the last news was a stop. */
  glance(cluster: string, sighting: Sighting): Promise<Glance>;
}

/** Requests that one update carries at most. */
const batchSize = 50;
/** News older than this are no news. */
const freshMs = 5_000;
/** News are fetched again when they are this old, so that they are fresh while anybody asks. */
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

export interface DeskDeps {
  link: Pick<GuardLink, 'decide' | 'release' | 'saw' | 'state'>;
  /** Unix ms. */
  now: () => number;
  logger: { warn(fields: object, message: string): void };
}

/** Opens the desk; it keeps no timers but while it has something to tell. */
export function openGuardDesk(deps: DeskDeps): GuardDesk {
  const counters = new Map<string, Counter>();
  const at = (cluster: string) => {
    const counter = counters.get(cluster) ?? openCounter(cluster, deps);
    counters.set(cluster, counter);
    return counter;
  };
  return {
    ask: (cluster, request) => at(cluster).ask(request),
    release: (cluster, release) => deps.link.release(cluster, release),
    glance: (cluster, sighting) => at(cluster).glance(sighting),
  };
}

interface Counter {
  ask(request: PermitRequest): Promise<Verdict>;
  glance(sighting: Sighting): Promise<Glance>;
}

function openCounter(cluster: string, deps: DeskDeps): Counter {
  const ask = gatherRequests(cluster, deps);
  const news = followNews(cluster, deps);
  const tell = gatherSightings(cluster, deps);
  return {
    async ask(request) {
      const verdict = await ask(request);
      news.heard(verdict);
      return verdict;
    },
    async glance(sighting) {
      const stop = await news.stop();
      if (stop === undefined) return { kind: 'goOn' };
      tell(sighting);
      return { kind: 'refuse', ...stop };
    },
  };
}

/** One update at a time: what comes meanwhile goes with the next one. */
function gatherRequests(cluster: string, { link }: DeskDeps): Counter['ask'] {
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
      const decided = await link.decide(
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

interface News {
  /** Why nothing would be granted now, as far as is known; waits for news only where old ones would stop the asker. */
  stop(): Promise<Stop | undefined>;
  /** An answer of the guard is news too. */
  heard(verdict: Verdict): void;
}

function followNews(cluster: string, { link, now, logger }: DeskDeps): News {
  let news: { atMs: number; stop: Stop | undefined } | undefined;
  let fetching: Promise<void> | undefined;
  const fetchNews = async () => {
    const atMs = now();
    try {
      news = { atMs, stop: stopIn(await link.state(cluster)) };
    } catch (error) {
      logger.warn({ err: error, cluster }, 'the state of the guard could not be read; runs ask the guard directly');
    } finally {
      fetching = undefined;
    }
  };
  // News from the future are as old: the clock was set back.
  const age = () => (news === undefined ? Number.POSITIVE_INFINITY : Math.abs(now() - news.atMs));
  const stop = async () => {
    const ageMs = age();
    const isOldStop = news?.stop !== undefined && ageMs > stopMs;
    if (isOldStop) fetching ??= fetchNews();
    else if (ageMs > renewMs) fetching ??= later(putOffMs).then(fetchNews);
    if (isOldStop) await fetching;
    return age() <= freshMs ? news?.stop : undefined;
  };
  const heard = (verdict: Verdict) => {
    if (verdict.kind !== 'deny' || !stops.includes(verdict.reason)) return;
    news = { atMs: now(), stop: { reason: verdict.reason, detail: verdict.detail } };
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

function gatherSightings(cluster: string, { link, logger }: DeskDeps): (sighting: Sighting) => void {
  let gathered = new Map<string, Sighting>();
  const send = () => {
    const sightings = [...gathered.values()];
    gathered = new Map();
    link
      .saw(cluster, sightings)
      .catch((err: unknown) => logger.warn({ err, cluster }, 'the guard could not be told which workloads alert'));
  };
  return (sighting) => {
    if (gathered.size === 0) setTimeout(send, gatherMs).unref();
    // More than this many are a storm by any limit.
    if (gathered.size < 500) gathered.set(sighting.workload, sighting);
  };
}
