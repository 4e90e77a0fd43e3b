import { applyEffects, type GuardEffect, type GuardState } from './guard-state.ts';
import type { Guard, GuardLimits } from './guards/guard.ts';
import { guards } from './guards/index.ts';
import type { PermitRequest, Verdict } from './permit.ts';
import { workloadKey } from './target.ts';

export interface Decision {
  requestId: string;
  verdict: Verdict;
  /** Name of the rule that objected; absent for a grant. */
  guard?: string;
  effects: GuardEffect[];
}

/** Answers requests in order, each seeing what the ones before it were granted. Pure. */
export function decidePermits(
  state: GuardState,
  requests: readonly PermitRequest[],
  { nowMs, limits }: { nowMs: number; limits: GuardLimits },
): Decision[] {
  const expired = expireLeases(state, nowMs);
  let current = applyEffects(state, expired);
  return requests.map((request, index) => {
    const decision = decide(current, request, { nowMs, limits });
    current = applyEffects(current, decision.effects);
    return index === 0 ? { ...decision, effects: [...expired, ...decision.effects] } : decision;
  });
}

/** A lease that ran out frees its place; what it allowed must be assumed to have happened (G20). */
function expireLeases(state: GuardState, nowMs: number): GuardEffect[] {
  const expired = state.leases
    .filter((lease) => lease.expiresAtMs <= nowMs)
    .map(
      (lease): GuardEffect => ({
        type: 'leaseClosed',
        requestId: lease.requestId,
        acted: true,
        atMs: lease.expiresAtMs,
      }),
    );
  return [...expired, { type: 'pruned', nowMs }];
}

function decide(state: GuardState, request: PermitRequest, clock: { nowMs: number; limits: GuardLimits }): Decision {
  const { requestId } = request;
  const given = state.answers.find((answer) => answer.requestId === requestId);
  if (given !== undefined) return { requestId, verdict: given.verdict, effects: [] };

  const renewed = renewal(request, clock.nowMs);
  const input = { state: applyEffects(state, renewed), request, ...clock };
  for (const [guard, rule] of Object.entries<Guard>(guards)) {
    const objection = rule(input);
    if (objection === undefined) continue;
    const answered: GuardEffect = { type: 'answered', requestId, verdict: objection, atMs: clock.nowMs };
    return { requestId, guard, verdict: objection, effects: [...renewed, answered] };
  }
  const granted = grant(request, clock.nowMs);
  return { ...granted, effects: [...renewed, ...granted.effects] };
}

/** The lease that the request gives back: nothing was done under it. */
function renewal({ renews }: PermitRequest, nowMs: number): GuardEffect[] {
  return renews === undefined ? [] : [{ type: 'leaseClosed', requestId: renews, acted: false, atMs: nowMs }];
}

function grant(request: PermitRequest, nowMs: number): Decision {
  const { requestId, workflowId, runId, target, step } = request;
  const verdict: Verdict = { kind: 'grant', expiresAtMs: nowMs + request.leaseMs };
  return {
    requestId,
    verdict,
    effects: [
      {
        type: 'leaseOpened',
        lease: {
          requestId,
          workflowId,
          runId,
          workload: workloadKey(target),
          namespace: target.namespace,
          action: step.action,
          grantedAtMs: nowMs,
          expiresAtMs: nowMs + request.leaseMs,
        },
      },
      { type: 'answered', requestId, verdict, atMs: nowMs },
    ],
  };
}
