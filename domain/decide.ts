import { applyEffects, type GuardEffect, type GuardState, type Incident, placeOf } from './guard-state.ts';
import type { GuardLimits, Objection } from './guards/guard.ts';
import { guards } from './guards/index.ts';
import type { PermitRequest, Verdict } from './permit.ts';
import { judgeStorm } from './storm.ts';
import { workloadKey } from './target.ts';

export interface Decision {
  requestId: string;
  verdict: Verdict;
  /** Name of the rule that objected; absent for a grant. */
  guard?: string;
  effects: GuardEffect[];
}

/** Now, the bounds, and the guard's own name: it speaks for troubles that no run speaks for. */
export interface DecisionContext {
  nowMs: number;
  limits: GuardLimits;
  guardId: string;
}

/** Answers requests in order, each seeing what the ones before it were granted. Pure. */
export function decidePermits(
  state: GuardState,
  requests: readonly PermitRequest[],
  context: DecisionContext,
): Decision[] {
  const due = passTime(state, context);
  let current = applyEffects(state, due);
  return requests.map((request, index) => {
    const decision = decide(current, request, context);
    current = applyEffects(current, decision.effects);
    return index === 0 ? { ...decision, effects: [...due, ...decision.effects] } : decision;
  });
}

/** What the passing of time alone changes: leases that ran out, what is forgotten, and the breaker. */
export function passTime(state: GuardState, { nowMs, limits }: Omit<DecisionContext, 'guardId'>): GuardEffect[] {
  const due = [...expireLeases(state, nowMs), { type: 'pruned', nowMs } as const];
  return [...due, ...judgeStorm(applyEffects(state, due), nowMs, limits)];
}

/** A lease that ran out frees its place; what it allowed must be assumed to have happened (G20). */
function expireLeases(state: GuardState, nowMs: number): GuardEffect[] {
  const expired = state.leases.filter((lease) => lease.expiresAtMs <= nowMs);
  return expired.map(({ requestId, expiresAtMs }) => ({
    type: 'leaseClosed',
    requestId,
    result: 'lost',
    atMs: expiresAtMs,
  }));
}

function decide(state: GuardState, request: PermitRequest, context: DecisionContext): Decision {
  const { requestId } = request;
  const given = answerGiven(state, requestId);
  if (given !== undefined) return { requestId, verdict: given, effects: [] };

  const noted = note(state, request, context);
  const seen = applyEffects(state, noted);
  const input = { state: applyEffects(seen, renewal(request, context.nowMs)), request, ...context };
  for (const { name, judge } of guards) {
    const objection = judge(input);
    if (objection !== undefined) return refuse(seen, request, { objection, guard: name, noted, ...context });
  }
  const granted = grant(request, context.nowMs);
  if (request.isRehearsal) return { requestId, verdict: granted.verdict, effects: noted };
  return { ...granted, effects: [...noted, ...renewal(request, context.nowMs), ...granted.effects] };
}

/** What was answered to the same request before: a run that hears nothing asks again. */
function answerGiven({ leases, answers }: GuardState, requestId: string): Verdict | undefined {
  const lease = leases.find((candidate) => candidate.requestId === requestId);
  if (lease !== undefined) return { kind: 'grant', grantedAtMs: lease.grantedAtMs, expiresAtMs: lease.expiresAtMs };
  return answers.find((answer) => answer.requestId === requestId)?.verdict;
}

/** What the request itself tells, whatever is answered: the workload alerts, it fails, and what that means for the breaker. */
function note(state: GuardState, request: PermitRequest, { nowMs, limits }: DecisionContext): GuardEffect[] {
  const { target, surroundings, isRehearsal } = request;
  const workload = workloadKey(target);
  const { traits, workloads: known } = surroundings;
  const sighting = { workload, namespace: target.namespace, atMs: nowMs, traits, known };
  const effects: GuardEffect[] = [{ type: 'seen', sightings: [sighting] }];
  if (!isRehearsal) effects.push({ type: 'changed', change: { workload, atMs: nowMs, to: 'failing' } });
  return [...effects, ...judgeStorm(applyEffects(state, effects), nowMs, limits)];
}

interface Refusal extends DecisionContext {
  objection: Objection;
  guard: string;
  noted: GuardEffect[];
}

/** A request that is refused gives back the lease that it wanted to renew: its run does nothing under it any more. */
function refuse(state: GuardState, request: PermitRequest, refusal: Refusal): Decision {
  const { objection, guard, noted, nowMs } = refusal;
  const { requestId } = request;
  const incident = incidentOf(state, request, refusal);
  const { incident: _, ...plain } = objection;
  const verdict: Verdict =
    incident === undefined ? plain : { ...plain, incident: { key: incident.key, speaker: incident.speaker } };
  if (request.isRehearsal) return { requestId, guard, verdict, effects: noted };
  const effects: GuardEffect[] = [...noted, ...renewal(request, nowMs)];
  if (incident !== undefined) effects.push({ type: 'incident', incident });
  return { requestId, guard, verdict, effects: [...effects, { type: 'answered', requestId, verdict, atMs: nowMs }] };
}

/** The trouble that the objection names: whoever meets it first speaks; for a storm the guard itself does. */
function incidentOf(state: GuardState, request: PermitRequest, refusal: Refusal): Incident | undefined {
  const { objection, nowMs, guardId } = refusal;
  const key = objection.incident;
  if (key === undefined) return undefined;
  const known = state.incidents.find((incident) => incident.key === key);
  const speaker = key === 'storm' ? guardId : request.workflowId;
  return known === undefined ? { key, speaker, sinceMs: nowMs, lastMs: nowMs } : { ...known, lastMs: nowMs };
}

/** The lease that the request gives back: nothing was done under it. */
function renewal({ renews }: PermitRequest, nowMs: number): GuardEffect[] {
  return renews === undefined ? [] : [{ type: 'leaseClosed', requestId: renews, atMs: nowMs }];
}

function grant(request: PermitRequest, nowMs: number): Decision {
  const { requestId, workflowId, runId, step, failure } = request;
  const verdict: Verdict = { kind: 'grant', grantedAtMs: nowMs, expiresAtMs: nowMs + request.leaseMs };
  const place = placeOf(request.target, request.surroundings);
  const span = { grantedAtMs: nowMs, expiresAtMs: nowMs + request.leaseMs };
  const lease = { requestId, workflowId, runId, ...place, action: step.action, failure, ...span };
  return { requestId, verdict, effects: [{ type: 'leaseOpened', lease }] };
}
