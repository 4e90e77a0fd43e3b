import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  proxySinks,
  setDefaultSignalHandler,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { MetricSinks } from '../activities/contract.ts';
import { gaugesOf } from '../domain/guard/gauges.ts';
import { faultOfIncident, joinIncident, requestedIncident } from '../domain/guard/incidents.ts';
import { faultOfRequests, requestsIn } from '../domain/guard/messages.ts';
import { endedPauses, firstEndMs } from '../domain/guard/pauses.ts';
import type { IncidentRef, PermitRequest, Verdict } from '../domain/guard/permit.ts';
import { recalled, unreadable } from '../domain/guard/recall.ts';
import {
  applyEffects,
  emptyGuardState,
  type GuardEffect,
  type GuardState,
  loadGuardState,
  type Notice,
} from '../domain/guard/state.ts';
import { stormMessage } from '../domain/guard/storm-message.ts';
import { fallbackReceiver } from '../domain/run/contract.ts';
import { sweepAtMs } from '../domain/run/way-back.ts';
import { isObject } from '../domain/text/shapes.ts';
import { decidePermits, notify, passTime, recallGuard, startSweep } from './activities.ts';
import { type GuardMemory, receive } from './guard-handlers.ts';
import * as messages from './messages.ts';
import { givenUpMs, restMsAfter } from './notify.ts';

export interface GuardInput {
  /** Absent: the guard takes over what the run before it knew. */
  state?: GuardState;
}

/** Events after which the guard cuts its history; a decision costs about 6. */
const eventsPerRun = 8_000;
/** Events after that while handlers are still busy; then no further request is taken. */
const eventsToFinish = 1_000;
/** While a storm is on, its end is looked for this often. */
const stormCheckMs = 60_000;
/** Time between two starts of a sweep. */
const sweepApartMs = 60_000;

/**
 * The one place that permits acts in a cluster: it keeps leases, acts and pauses, answers requests in the order they
 * came, and lives for ever. The rules themselves run in a local activity, so only their effects are history. Whatever
 * it owes goes with it when it continues as new, messages to people included.
 */
export async function guard(input?: GuardInput): Promise<void> {
  const given = isObject(input) && isObject(input.state) ? loadGuardState(input.state) : undefined;
  const memory = openMemory(given ?? emptyGuardState(), { isRestored: given !== undefined });
  receive(memory);
  setDefaultSignalHandler((name) => log.warn('unknown signal ignored', { name }));
  setHandler(messages.guardStateQuery, () => readable(memory));
  setHandler(messages.guardRecallQuery, () => memory.recollection());
  const inTurn = takeTurns(given === undefined ? restore(memory) : Promise.resolve());
  answer(memory, inTurn);

  tellNotices(memory);
  await live(memory, inTurn);
  await condition(allHandlersFinished);
  await continueAsNew<typeof guard>({ state: memory.state });
}

/** Nobody may take an empty memory for one without pauses. */
function readable(memory: GuardMemory): GuardState {
  if (!memory.isRestored) throw ApplicationFailure.nonRetryable('the guard is being restored', 'GUARD_RESTORING');
  return memory.state;
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** One at a time: each decision sees what the one before it granted. */
function takeTurns(first: Promise<void>): InTurn {
  let turn = first;
  return (work) => {
    const done = turn.then(work);
    turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  };
}

function answer(memory: GuardMemory, inTurn: InTurn): void {
  setHandler(messages.decideUpdate, (requests) => inTurn(() => decide(memory, requestsIn(requests))), {
    validator: (requests) => refuseWhere(faultOfRequests(requests)),
  });
  setHandler(messages.incidentUpdate, (report) => inTurn(async () => openIncident(memory, report)), {
    validator: (report) => refuseWhere(faultOfIncident(report)),
  });
}

/** Refuses an update before it is history: one that is malformed, and any while the guard must come to its end. */
function refuseWhere(fault: string | undefined): void {
  if (fault !== undefined) {
    throw ApplicationFailure.create({ type: 'INVALID_REQUEST', message: fault, nonRetryable: true });
  }
  if (workflowInfo().historyLength < eventsPerRun + eventsToFinish) return;
  throw ApplicationFailure.create({ type: 'OVERLOADED', message: 'the guard continues as new; ask again' });
}

function openIncident(memory: GuardMemory, report: unknown): IncidentRef {
  const { ref, effects } = joinIncident(memory.state, requestedIncident(report), Date.now());
  memory.apply(effects);
  return ref;
}

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength >= eventsPerRun || continueAsNewSuggested;
}

/** Lets storms and pauses end and looks after what was refused, until the history is long. */
async function live(memory: GuardMemory, inTurn: InTurn): Promise<void> {
  let sweepNotBeforeMs = 0;
  while (!isLong()) {
    const isStormy = memory.state.storm !== undefined;
    const [dueMs, pauseEndsMs] = [sweepAtMs(memory.state), firstEndMs(memory.state.pauses)];
    const isOther = () =>
      isLong() ||
      (memory.state.storm !== undefined) !== isStormy ||
      sweepAtMs(memory.state) !== dueMs ||
      firstEndMs(memory.state.pauses) !== pauseEndsMs;
    const sweepMs = Math.max(dueMs ?? Number.POSITIVE_INFINITY, sweepNotBeforeMs);
    const nextMs = Math.min(sweepMs, pauseEndsMs ?? Number.POSITIVE_INFINITY) - Date.now();
    const restMs = Math.max(1, isStormy ? Math.min(stormCheckMs, nextMs) : nextMs);
    const isNews =
      restMs === Number.POSITIVE_INFINITY ? condition(isOther).then(() => true) : condition(isOther, restMs);
    // The timer and the long history can come together; what is due then is left to the next run.
    if ((await isNews) || isLong()) continue;
    if (endPauses(memory)) continue;
    if (isStormy) await inTurn(() => letTimePass(memory));
    if (!isStormy || isSweepDue(memory, sweepNotBeforeMs)) sweepNotBeforeMs = await inTurn(() => lookAgain(memory));
  }
}

/** Lifts the pauses whose time is over; true where there was one. */
function endPauses({ state, apply }: GuardMemory): boolean {
  const nowMs = Date.now();
  const ended = endedPauses(state.pauses, nowMs);
  apply(
    ended.map(({ id }) => ({ type: 'resumed', resume: { id, who: 'Mendflow', why: 'its time is over', atMs: nowMs } })),
  );
  return ended.length > 0;
}

/** In a storm that is half open what was refused is looked at again, paced as acts are. */
function isSweepDue({ state }: GuardMemory, notBeforeMs: number): boolean {
  return Math.max(sweepAtMs(state) ?? Number.POSITIVE_INFINITY, notBeforeMs) <= Date.now();
}

/** Starts the sweep; returns when the next one may be started, Unix ms. */
async function lookAgain(memory: GuardMemory): Promise<number> {
  const nowMs = Date.now();
  try {
    await startSweep({ cluster: memory.cluster, sinceMs: memory.state.refused?.sinceMs ?? nowMs });
    memory.apply([{ type: 'sweepStarted', nowMs }]);
  } catch (error) {
    log.warn('the sweep could not be started; it is tried again', { error: String(error) });
  }
  return nowMs + sweepApartMs;
}

/** The rules' answers; when they cannot be asked, everybody waits. */
async function decide(
  memory: GuardMemory,
  requests: PermitRequest[],
): Promise<{ requestId: string; verdict: Verdict }[]> {
  try {
    const { state, id: guardId } = memory;
    const decisions = await decidePermits({ state, guardId, requests, nowMs: Date.now() });
    for (const { effects } of decisions) memory.apply(effects);
    return decisions.map(({ requestId, verdict }) => ({ requestId, verdict }));
  } catch (error) {
    log.error('the rules could not be asked; nothing is granted', { error: String(error) });
    const detail = 'the rules could not be asked';
    const verdict: Verdict = { kind: 'hold', reason: 'guardUnavailable', retryAfterMs: 30_000, detail };
    return requests.map(({ requestId }) => ({ requestId, verdict }));
  }
}

/** Without news nobody would ever close the breaker. */
async function letTimePass(memory: GuardMemory): Promise<void> {
  try {
    const { state, id: guardId } = memory;
    memory.apply(await passTime({ state, guardId, nowMs: Date.now() }));
  } catch (error) {
    log.error('the rules could not be asked; the storm stays', { error: String(error) });
  }
}

/**
 * Tells people, one message after the other and in order, for as long as this run lives. Nobody waits for it: what is
 * untold when the guard continues as new goes with it and is sent again under the same key.
 */
export function tellNotices(memory: GuardMemory): void {
  const tellNext = async (): Promise<void> => {
    await condition(() => memory.state.notices.length > 0);
    const [notice] = memory.state.notices;
    if (notice !== undefined) await tell(memory, notice);
    return tellNext();
  };
  tellNext().catch((error) => log.error('messages of the guard are not sent any more', { error: String(error) }));
}

async function tell(memory: GuardMemory, notice: Notice): Promise<void> {
  const { kind, key, summary, answer = [], sinceMs, reason, occurrence } = notice;
  const { workflowId, runId } = workflowInfo();
  const about = { kind, dedupKey: key, workflowId, runId, level: 0, summary, answer };
  const notification = { ...about, ...(reason && { reason }), ...(occurrence !== undefined && { occurrence }) };
  try {
    const { delivered, detail } = await notify({ receiver: fallbackReceiver, notification });
    if (delivered) log.info('people were told', { kind, detail });
    else log.error('the receiver refused a message of the guard', { kind, summary, detail });
  } catch (error) {
    if (Date.now() < sinceMs + givenUpMs) {
      log.warn('nobody could be told; it is tried again', { kind, error: String(error) });
      return sleep(restMsAfter(error));
    }
    log.error('nobody could be told for a day; the message is given up', { kind, summary, error: String(error) });
  }
  memory.apply([{ type: 'told', key, kind }]);
}

const { metrics } = proxySinks<MetricSinks>();

/** Opens the memory with what it was handed. A storm that begins or ends adds the message that people are owed. */
export function openMemory(first: GuardState, { isRestored }: { isRestored: boolean }): GuardMemory {
  const { workflowId: id } = workflowInfo();
  const cluster = id.slice(id.indexOf('/') + 1);
  let state = first;
  let heard: GuardEffect[] | undefined = isRestored ? undefined : [];
  const apply = (effects: readonly GuardEffect[]) => {
    const before = state;
    state = applyEffects(before, effects);
    const notice = stormMessage(before, state, cluster, Date.now());
    if (notice !== undefined) state = applyEffects(state, [{ type: 'noticed', notice }]);
    if (heard === undefined) metrics.guarded(cluster, gaugesOf(state, Date.now()));
  };
  return {
    get state() {
      return state;
    },
    get isRestored() {
      return heard === undefined;
    },
    id,
    cluster,
    apply(effects) {
      heard?.push(...effects);
      apply(effects);
    },
    restoreTo(known) {
      const effects = heard ?? [];
      heard = undefined;
      state = known;
      apply(effects);
    },
    recollection: () => (heard === undefined ? { isRestored: true, state } : { isRestored: false, heard }),
  };
}

/**
 * Takes over the memory of the run before this one, which somebody terminated or which failed. Where it cannot be read
 * the guard starts paused and says so; where there was none, it is the first guard of the cluster.
 */
export async function restore(memory: GuardMemory): Promise<void> {
  const { runId } = workflowInfo();
  try {
    const found = await recallGuard({ cluster: memory.cluster, runId });
    memory.restoreTo(recalled(found));
    if (found.kind === 'found') log.info('the memory of the run before is restored', { from: found.runId });
  } catch (error) {
    log.error('the memory of the run before cannot be read; the guard starts paused', { error: String(error) });
    memory.restoreTo(unreadable({ cluster: memory.cluster, runId, nowMs: Date.now() }));
  }
}
