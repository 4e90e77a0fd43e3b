import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { applyEffects, emptyGuardState, type GuardEffect, type GuardState } from '../domain/guard-state.ts';
import type { PermitRequest, Verdict } from '../domain/permit.ts';
import { decidePermits } from './activity-options.ts';
import * as messages from './messages.ts';

export interface GuardInput {
  state?: GuardState;
  /** Requests that arrived while the history was being cut. */
  pending?: PermitRequest[];
}

/** Events after which the guard cuts its history; a decision costs about 10. */
const eventsPerRun = 8_000;
const batchSize = 50;

/**
 * The one place that permits acts in a cluster: it keeps leases, acts and pauses, answers requests in the order they
 * came, and lives for ever. The rules themselves run in a local activity, so only their effects are history.
 */
export async function guard(input: GuardInput = {}): Promise<void> {
  let state = input.state ?? emptyGuardState();
  const pending = [...(input.pending ?? [])];
  receive(pending, (effects) => {
    state = applyEffects(state, effects);
  });
  setHandler(messages.guardStateQuery, () => state);

  while (workflowInfo().historyLength < eventsPerRun && !workflowInfo().continueAsNewSuggested) {
    await condition(() => pending.length > 0);
    const requests = pending.splice(0, batchSize);
    const decisions = await decide(state, requests);
    for (const { effects } of decisions) state = applyEffects(state, effects);
    const undelivered = await Promise.all(requests.map((request, index) => reply(request, decisions[index]?.verdict)));
    state = applyEffects(state, undelivered.flat());
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof guard>({ state, pending });
}

type Apply = (effects: Parameters<typeof applyEffects>[1]) => void;

function receive(pending: PermitRequest[], apply: Apply): void {
  setHandler(messages.requestPermitSignal, (request) => {
    // A run that hears nothing asks again with the same id; one answer is enough.
    if (!pending.some(({ requestId }) => requestId === request.requestId)) pending.push(request);
  });
  setHandler(messages.releasePermitSignal, ({ requestId, outcome, actedAtMs }) => {
    apply([{ type: 'leaseClosed', requestId, acted: outcome !== 'returned', atMs: actedAtMs ?? Date.now() }]);
  });
  setHandler(messages.pauseSignal, (pause) => apply([{ type: 'paused', pause }]));
  setHandler(messages.resumeSignal, ({ id }) => apply([{ type: 'resumed', id }]));
  setHandler(messages.resetWorkloadSignal, (reset) => apply([{ type: 'workloadReset', ...reset }]));
}

/** The rules' answers; when they cannot be asked, everybody waits. */
async function decide(state: GuardState, requests: PermitRequest[]) {
  try {
    return await decidePermits({ state, requests, nowMs: Date.now() });
  } catch (error) {
    log.error('the rules could not be asked; nothing is granted', { error: String(error) });
    const verdict: Verdict = {
      kind: 'hold',
      reason: 'guardUnavailable',
      retryAfterMs: 30_000,
      detail: 'the rules could not be asked',
    };
    return requests.map(({ requestId }) => ({ requestId, verdict, effects: [] }));
  }
}

/** Answers a run. One that has ended hears nothing: the lease it was granted is free again. */
async function reply(request: PermitRequest, verdict: Verdict | undefined): Promise<GuardEffect[]> {
  if (verdict === undefined) return [];
  const { workflowId, runId, requestId } = request;
  try {
    await getExternalWorkflowHandle(workflowId, runId).signal(messages.permitSignal, { requestId, verdict });
    return [];
  } catch (error) {
    log.info('the run that asked for a permit has ended', { workflowId, error: String(error) });
    return [{ type: 'leaseClosed', requestId, acted: false, atMs: Date.now() }];
  }
}
