import { passesByItself } from '../run/way-back.ts';
import { workloadKey } from '../target/target.ts';
import { endedOutage, ownerOfNode, silentNodeIn } from './incidents.ts';
import type { PermitRequest, Verdict } from './permit.ts';
import { msUntilForbidden } from './rules/calendar.ts';
import { rules } from './rules/index.ts';
import type { GuardLimits, Rejection, Rule } from './rules/rule.ts';
import { sightingInCluster } from './sightings.ts';
import { applyEffects, type GuardEffect, type GuardState, type Incident, type Lease, placeOf } from './state.ts';
import { judgeStorm } from './storm.ts';

export interface Decision {
  requestId: string;
  verdict: Verdict;
  /** Name of the rule that rejected it; absent for a grant. */
  guard?: string;
  effects: GuardEffect[];
}

/** Now, the bounds, and the guard's own name: it speaks for troubles that no run speaks for. */
export interface DecisionContext {
  nowMs: number;
  limits: GuardLimits;
  guardId: string;
}

/** Answers requests in order by the rules given, each seeing what the ones before it were granted. Pure. */
export function decidePermits(
  state: GuardState,
  requests: readonly PermitRequest[],
  context: DecisionContext,
  order: readonly Rule[] = rules,
): Decision[] {
  const due = passTime(state, context);
  let current = applyEffects(state, due);
  return requests.map((request, index) => {
    const decision = decideSafely(current, request, context, order);
    current = applyEffects(current, decision.effects);
    return index === 0 ? { ...decision, effects: [...due, ...decision.effects] } : decision;
  });
}

/** One request that the rules cannot judge waits by itself; the others of its batch are answered. */
function decideSafely(
  state: GuardState,
  request: PermitRequest,
  context: DecisionContext,
  rules: readonly Rule[],
): Decision {
  try {
    return decide(state, request, context, rules);
  } catch (error) {
    const detail = `the rules failed on this request: ${String(error)}`.slice(0, detailKept);
    const verdict: Verdict = { kind: 'hold', reason: 'guardUnavailable', retryAfterMs: 30_000, detail };
    return { requestId: request.requestId, guard: 'failed', verdict, effects: [] };
  }
}

/** What the passing of time alone changes: leases that ran out, what is forgotten, and the breaker. */
export function passTime(state: GuardState, { nowMs, limits }: Omit<DecisionContext, 'guardId'>): GuardEffect[] {
  const due = [...expireLeases(state, nowMs), { type: 'pruned', nowMs } as const];
  return [...due, ...judgeStorm(applyEffects(state, due), nowMs, limits)];
}

/** A lease that ran out frees its place; what it allowed must be assumed to have happened (G20). A question allowed nothing. */
function expireLeases(state: GuardState, nowMs: number): GuardEffect[] {
  const expired = state.leases.filter((lease) => lease.expiresAtMs <= nowMs);
  return expired.map((lease) => lost(lease, lease.expiresAtMs));
}

const lost = ({ requestId, isQuestion }: Lease, atMs: number): GuardEffect => ({
  type: 'leaseClosed',
  requestId,
  ...(isQuestion ? {} : { result: 'lost' }),
  atMs,
});

/** A run that was reset does not know what it did under the leases of before: that must be assumed to have happened. */
function leasesBeforeReset({ leases }: GuardState, request: PermitRequest, nowMs: number): GuardEffect[] {
  const { workflowId, runId, resetRunId, isRehearsal } = request;
  if (isRehearsal) return [];
  const own = leases.filter((lease) => lease.workflowId === workflowId && lease.runId === runId);
  return own.filter((lease) => lease.resetRunId !== resetRunId).map((lease) => lost(lease, nowMs));
}

/** What one rule says to a request. */
export interface RuleResult {
  guard: string;
  /** Absent: the rule has nothing against it. */
  rejection?: Rejection;
}

/** What every rule says to the request, in their order; of them all the first rejection is the verdict. Pure. */
export function judgeAll(state: GuardState, request: PermitRequest, context: DecisionContext): RuleResult[] {
  const current = applyEffects(state, passTime(state, context));
  const seen = applyEffects(current, note(current, request, context));
  return rules.map(({ name, judge }) => {
    const rejection = judge({ state: seen, request, ...context });
    return { guard: name, ...(rejection === undefined ? {} : { rejection }) };
  });
}

function decide(state: GuardState, request: PermitRequest, context: DecisionContext, rules: readonly Rule[]): Decision {
  const before = leasesBeforeReset(state, request, context.nowMs);
  const freed = [...before, ...freeId(applyEffects(state, before), request, context.nowMs)];
  const decision = judgeRequest(applyEffects(state, freed), request, context, rules);
  return { ...decision, effects: [...freed, ...decision.effects] };
}

/**
 * Ids can be guessed: whoever can write to Temporal can ask under the next id of a run, for something else. Such a lease
 * comes without a ticket, so nothing was done under it, and it is not the answer to the run's own request.
 */
function freeId({ leases }: GuardState, request: PermitRequest, nowMs: number): GuardEffect[] {
  const { requestId, workflowId, runId, step } = request;
  const lease = leases.find((known) => known.requestId === requestId);
  if (lease === undefined) return [];
  const isSame =
    lease.workflowId === workflowId &&
    lease.runId === runId &&
    lease.workload === workloadKey(request.target) &&
    lease.action === step.action;
  return isSame ? [] : [{ type: 'leaseClosed', requestId, atMs: nowMs }];
}

function judgeRequest(
  state: GuardState,
  request: PermitRequest,
  context: DecisionContext,
  rules: readonly Rule[],
): Decision {
  const { requestId } = request;
  const given = answerGiven(state, request, context.limits);
  if (given !== undefined) return { requestId, verdict: given, effects: [] };

  const noted = note(state, request, context);
  const seen = applyEffects(state, noted);
  const input = { state: applyEffects(seen, renewal(request, context.nowMs)), request, ...context };
  for (const { name, judge } of rules) {
    const rejection = judge(input);
    if (rejection !== undefined) return refuse(seen, request, { rejection, guard: name, noted, ...context });
  }
  const lease = leaseFor(request, context.nowMs);
  const verdict = grantOf(lease, request, context.limits);
  if (request.isRehearsal) return { requestId, verdict, effects: noted };
  const opened: GuardEffect = { type: 'leaseOpened', lease };
  return { requestId, verdict, effects: [...noted, ...renewal(request, context.nowMs), opened] };
}

/** What was answered to the same request before: a run that hears nothing asks again. */
function answerGiven(
  { leases, answers }: GuardState,
  request: PermitRequest,
  limits: GuardLimits,
): Verdict | undefined {
  const lease = leases.find(({ requestId }) => requestId === request.requestId);
  if (lease !== undefined) return grantOf(lease, request, limits);
  return answers.find(({ requestId }) => requestId === request.requestId)?.verdict;
}

/** What the request itself tells, whatever is answered: the workload alerts, it fails, and what that means for the breaker. */
function note(state: GuardState, request: PermitRequest, { nowMs, limits }: DecisionContext): GuardEffect[] {
  const { target, surroundings, isRehearsal } = request;
  const workload = workloadKey(target);
  const effects: GuardEffect[] = [
    { type: 'seen', sightings: [sightingInCluster(request, nowMs)], nodes: surroundings.nodes.total },
  ];
  if (!isRehearsal) effects.push({ type: 'changed', change: { workload, atMs: nowMs, to: 'failing' } });
  effects.push(...endedOutage(state, nowMs));
  return [...effects, ...judgeStorm(applyEffects(state, effects), nowMs, limits)];
}

/** Characters; some hundred answers are kept, and a long list of namespaces would be in each. */
const detailKept = 500;

interface Refusal extends DecisionContext {
  rejection: Rejection;
  guard: string;
  noted: GuardEffect[];
}

/** A request that is refused gives back the lease that it wanted to renew: its run does nothing under it any more. */
function refuse(state: GuardState, request: PermitRequest, refusal: Refusal): Decision {
  const { rejection, guard, noted, nowMs } = refusal;
  const { requestId } = request;
  const incident = incidentOf(state, request, refusal);
  const { incident: _, ...full } = rejection;
  const plain: Verdict = { ...full, detail: full.detail.slice(0, detailKept) };
  const verdict: Verdict =
    incident === undefined ? plain : { ...plain, incident: { key: incident.key, speaker: incident.speaker } };
  if (request.isRehearsal) return { requestId, guard, verdict, effects: noted };
  // Who is only held asks again: the workload stays reserved for what a person approved.
  const isKept = rejection.kind === 'hold' && isQuestion(state, request.renews);
  const effects: GuardEffect[] = [...noted, ...(isKept ? [] : renewal(request, nowMs)), ...wayBack(rejection, nowMs)];
  if (incident !== undefined) effects.push({ type: 'incident', incident });
  return { requestId, guard, verdict, effects: [...effects, { type: 'answered', requestId, verdict, atMs: nowMs }] };
}

/** The trouble that the rejection names: whoever meets it first speaks; for a storm the guard itself does. */
function incidentOf(state: GuardState, request: PermitRequest, refusal: Refusal): Incident | undefined {
  const { rejection, nowMs, guardId } = refusal;
  const key = rejection.incident;
  if (key === undefined) return undefined;
  const known = state.incidents.find((incident) => incident.key === key);
  const { workflowId } = request;
  const node = silentNodeIn(key);
  const speaker =
    node === undefined
      ? (known?.speaker ?? (key === 'storm' ? guardId : workflowId))
      : ownerOfNode(state, { node, known, workflowId, guardId, nowMs });
  return { key, speaker, sinceMs: known?.sinceMs ?? nowMs, lastMs: nowMs };
}

const isQuestion = ({ leases }: GuardState, requestId: string | undefined) =>
  leases.some((lease) => lease.requestId === requestId && lease.isQuestion === true);

/** A run that is refused by something that ends is looked at again. */
function wayBack({ kind, reason }: Rejection, nowMs: number): GuardEffect[] {
  return kind === 'deny' && passesByItself(reason) ? [{ type: 'refused', atMs: nowMs }] : [];
}

/** The lease that the request gives back: nothing was done under it. */
function renewal({ renews }: PermitRequest, nowMs: number): GuardEffect[] {
  return renews === undefined ? [] : [{ type: 'leaseClosed', requestId: renews, atMs: nowMs }];
}

function leaseFor(request: PermitRequest, nowMs: number): Lease {
  const { requestId, workflowId, runId, resetRunId, step, failure, leaseMs, asksPerson } = request;
  const place = placeOf(request.target, request.surroundings);
  const span = { grantedAtMs: nowMs, expiresAtMs: nowMs + leaseMs };
  return {
    requestId,
    workflowId,
    runId,
    ...(resetRunId === undefined ? {} : { resetRunId }),
    ...place,
    action: step.action,
    failure,
    ...span,
    ...(asksPerson && { isQuestion: asksPerson }),
  };
}

/** The act must begin before the lease ends, and before a freeze begins or a window closes. */
function grantOf({ grantedAtMs, expiresAtMs }: Lease, { settings }: PermitRequest, limits: GuardLimits): Verdict {
  const forbiddenAtMs = grantedAtMs + msUntilForbidden(settings, limits, grantedAtMs);
  return { kind: 'grant', grantedAtMs, expiresAtMs: Math.min(expiresAtMs, forbiddenAtMs) };
}
