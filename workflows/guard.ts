import {
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  proxySinks,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { MetricSinks } from '../activities/contract.ts';
import { fallbackReceiver } from '../domain/contract.ts';
import { gaugesOf } from '../domain/guard-gauges.ts';
import type { GuardOrderKind, ResumeOrder } from '../domain/guard-order.ts';
import { applyEffects, emptyGuardState, type GuardEffect, type GuardState } from '../domain/guard-state.ts';
import type { PermitRequest, Verdict } from '../domain/permit.ts';
import { type StormMessage, stormMessage } from '../domain/storm-message.ts';
import { decidePermits, notify, passTime, verifyGuardOrder } from './activity-options.ts';
import * as messages from './messages.ts';

export interface GuardInput {
  state?: GuardState;
}

/** Events after which the guard cuts its history; a decision costs about 6. */
const eventsPerRun = 8_000;
/** While a storm is on, its end is looked for this often. */
const stormCheckMs = 60_000;

const { metrics } = proxySinks<MetricSinks>();

/**
 * The one place that permits acts in a cluster: it keeps leases, acts and pauses, answers requests in the order they
 * came, and lives for ever. The rules themselves run in a local activity, so only their effects are history.
 */
export async function guard(input: GuardInput = {}): Promise<void> {
  const memory = openMemory(input.state ?? emptyGuardState());
  let turn = Promise.resolve();
  /** One at a time: each decision sees what the one before it granted. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  };
  receive(memory);
  setHandler(messages.decideUpdate, (requests) => inTurn(() => decide(memory, requests)));
  setHandler(messages.guardStateQuery, () => memory.state);

  while (!isLong()) {
    const isStormy = memory.state.storm !== undefined;
    const isOther = () => isLong() || (memory.state.storm !== undefined) !== isStormy;
    if (!isStormy) await condition(isOther);
    else if (!(await condition(isOther, stormCheckMs))) await inTurn(() => letTimePass(memory));
  }
  await condition(() => allHandlersFinished() && memory.told.length === 0);
  await continueAsNew<typeof guard>({ state: memory.state });
}

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength >= eventsPerRun || continueAsNewSuggested;
}

/** What the guard knows, and what it is still telling people. */
interface Memory {
  state: GuardState;
  readonly told: Promise<void>[];
  readonly id: string;
  apply(effects: readonly GuardEffect[]): void;
}

function openMemory(first: GuardState): Memory {
  const { workflowId: id } = workflowInfo();
  const cluster = id.slice(id.indexOf('/') + 1);
  const memory: Memory = {
    state: first,
    told: [],
    id,
    apply(effects) {
      const before = memory.state;
      memory.state = applyEffects(before, effects);
      const message = stormMessage(before, memory.state, cluster);
      if (message !== undefined) tell(memory, message);
      metrics.guarded(cluster, gaugesOf(memory.state, Date.now()));
    },
  };
  return memory;
}

/** One message when a storm begins and one when it is over; the runs in it are silent. */
function tell(memory: Memory, { kind, key, summary }: StormMessage): void {
  const { workflowId, runId } = workflowInfo();
  const notification = { kind, dedupKey: key, workflowId, runId, level: 0, summary, answer: [] };
  const sent = notify({ receiver: fallbackReceiver, notification }).then(
    ({ delivered, detail }) => log.info(delivered ? 'storm told' : 'storm message refused', { detail }),
    (error) => log.error('nobody could be told of the storm', { error: String(error) }),
  );
  memory.told.push(sent);
  void sent.finally(() => memory.told.splice(memory.told.indexOf(sent), 1));
}

function receive(memory: Memory): void {
  setHandler(messages.releasePermitSignal, ({ requestId, outcome, actedAtMs }) => {
    const result = outcome === 'returned' ? {} : { result: outcome };
    memory.apply([{ type: 'leaseClosed', requestId, ...result, atMs: actedAtMs ?? Date.now() }]);
  });
  setHandler(messages.sightingsSignal, (sightings) => memory.apply([{ type: 'seen', sightings }]));
  setHandler(messages.truncatedSignal, () => memory.apply([{ type: 'truncated', atMs: Date.now() }]));
  setHandler(messages.unknownClusterSignal, (told) => log.warn('alerts of an unknown cluster', { told }));
  setHandler(messages.pauseSignal, (pause) => memory.apply([{ type: 'paused', pause }]));
  setHandler(messages.resumeSignal, (order) =>
    ifSigned(memory, { kind: 'resume', order }, () => memory.apply([{ type: 'resumed', id: order.id }])),
  );
  setHandler(messages.resetWorkloadSignal, (order) =>
    ifSigned(memory, { kind: 'reset', order }, () => {
      const { id, workload, who, why } = order;
      // A copy of a signed order, sent again after the next act, must not reset that one as well.
      if (memory.state.resets.some((reset) => reset.id === id)) return;
      memory.apply([{ type: 'workloadReset', reset: { id, workload, who, why, atMs: Date.now() } }]);
    }),
  );
}

/** Resume and reset make the guard less careful, so whoever can only write to Temporal cannot have them. */
async function ifSigned(
  { id }: Memory,
  { kind, order }: { kind: GuardOrderKind; order: ResumeOrder | undefined },
  obey: () => void,
): Promise<void> {
  const cluster = id.slice(id.indexOf('/') + 1);
  try {
    const verdict = await verifyGuardOrder({ cluster, kind, order });
    if (verdict.isGenuine) obey();
    else log.warn(`${kind} refused`, { who: String(order?.who), detail: verdict.why });
  } catch (error) {
    log.error(`${kind} could not be verified; nothing changes`, { error: String(error) });
  }
}

/** The rules' answers; when they cannot be asked, everybody waits. */
async function decide(memory: Memory, requests: PermitRequest[]): Promise<{ requestId: string; verdict: Verdict }[]> {
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
async function letTimePass(memory: Memory): Promise<void> {
  try {
    const { state, id: guardId } = memory;
    memory.apply(await passTime({ state, guardId, nowMs: Date.now() }));
  } catch (error) {
    log.error('the rules could not be asked; the storm stays', { error: String(error) });
  }
}
