import type { IncidentReport } from '../../domain/guard/incidents.ts';
import type { IncidentRef, PermitRelease, PermitRequest, Verdict } from '../../domain/guard/permit.ts';
import type { Recalled, Recollection } from '../../domain/guard/recall.ts';
import { pauseInWords } from '../../domain/guard/rules/paused.ts';
import type { GuardEffect, GuardState, Sighting } from '../../domain/guard/state.ts';
import {
  guardDecide,
  guardIncident,
  guardSignals,
  guardWorkflowId,
  queries,
  type Refused,
} from '../../domain/run/contract.ts';
import { type Deadlines, reach } from '../../temporal/call.ts';
import type { Glance } from '../contract.ts';
import { cacheStop, gatherSightings } from './cached-state.ts';

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

/** A decision takes some 20 ms; what takes seconds is lost, and asked again. */
const deadlineMs = 3_000;
/** A run that has ended is replayed to answer a query. */
const recallDeadlineMs = 15_000;
/** Runs of a guard that are looked through for the latest memory. */
const runsRecalled = 20;

/** Of Temporal's client what the connection uses; the simulated Temporal has it, too. */
export interface GuardTemporal extends Deadlines {
  workflow: {
    getHandle(workflowId: string, runId?: string): GuardHandle;
    list(options: { query: string; pageSize: number }): AsyncIterable<{ runId: string; startTime: Date }>;
  };
}

interface GuardHandle {
  signal(name: string, argument: unknown): Promise<void>;
  executeUpdate<Answer>(name: string, options: { args: [unknown] }): Promise<Answer>;
  query<Answer>(name: string): Promise<Answer>;
}

/** The guards of a Temporal namespace. */
export function guardConnection(temporal: GuardTemporal): GuardConnection {
  const handleOf = (cluster: string) => temporal.workflow.getHandle(guardWorkflowId(cluster));
  const ask = <T>(cluster: string, what: string, work: () => Promise<T>, withinMs = deadlineMs): Promise<T> =>
    reach(temporal, withinMs, `${what} ${guardWorkflowId(cluster)}`, work);
  const signal = (cluster: string, name: string, argument: unknown) =>
    ask(cluster, 'could not signal', () => handleOf(cluster).signal(name, argument));
  const update = <Answer>(cluster: string, name: string, argument: unknown) =>
    ask(cluster, 'no answer from', () => handleOf(cluster).executeUpdate<Answer>(name, { args: [argument] }));
  return {
    decide: (cluster, requests) => update(cluster, guardDecide, requests),
    incident: (cluster, report) => update(cluster, guardIncident, report),
    release: (cluster, release) => signal(cluster, guardSignals.releasePermit, release),
    saw: (cluster, sightings) => signal(cluster, guardSignals.sightings, sightings),
    refused: (cluster, refused) => signal(cluster, guardSignals.refused, refused),
    state: (cluster) =>
      ask(cluster, 'could not read the state of', () => handleOf(cluster).query<GuardState>(queries.guardState)),
    recall: (cluster, runId) =>
      ask(
        cluster,
        'could not read the earlier runs of',
        () => recall(temporal, guardWorkflowId(cluster), runId),
        recallDeadlineMs,
      ),
  };
}

/** The latest memory among the runs before: Temporal answers queries on runs that have ended, by replaying them. */
async function recall(temporal: GuardTemporal, workflowId: string, runId: string): Promise<Recalled> {
  let heard: GuardEffect[] = [];
  for (const earlier of await runsBefore(temporal, workflowId, runId)) {
    const memory = await temporal.workflow.getHandle(workflowId, earlier).query<Recollection>(queries.guardRecall);
    if (memory.isRestored) return { kind: 'found', runId: earlier, state: memory.state, heard };
    heard = [...memory.heard, ...heard];
  }
  return { kind: 'first', heard };
}

/** Run ids of the same workflow, the latest first. */
async function runsBefore(temporal: GuardTemporal, workflowId: string, runId: string): Promise<string[]> {
  const runs: { runId: string; startedMs: number }[] = [];
  for await (const run of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'`, pageSize: runsRecalled })) {
    if (run.runId !== runId) runs.push({ runId: run.runId, startedMs: run.startTime.getTime() });
    if (runs.length >= runsRecalled) break;
  }
  return runs.sort((a, b) => b.startedMs - a.startedMs).map((run) => run.runId);
}

/** Why the guard is paused right now, or undefined. Rejects with TEMPORAL_UNAVAILABLE when it cannot be asked. */
export async function guardPause(
  connection: Pick<GuardConnection, 'state'>,
  cluster: string,
): Promise<string | undefined> {
  const { pauses } = await connection.state(cluster);
  const [pause] = pauses;
  return pause && pauseInWords(pause);
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
