import { afterDenial } from '../../guard/after-denial.ts';
import { decidePermits } from '../../guard/decide.ts';
import { type PermitRequest, permitRequest, type Verdict } from '../../guard/permit.ts';
import type { GuardLimits } from '../../guard/rules/rule.ts';
import { applyEffects, emptyGuardState, type GuardEffect, type GuardState } from '../../guard/state.ts';
import { needsApprovalIn } from '../../policy/approval-need.ts';
import { isRehearsal } from '../../policy/plan.ts';
import type { PlannedStep } from '../../policy/policy.ts';
import { guardWorkflowId } from '../../run/contract.ts';
import type { Candidate } from './candidate.ts';
import type { Decision } from './decision.ts';
import { openTimeline, type Timeline } from './timeline.ts';

const peoplesWords = ['approvalRejected', 'approvalExpired', 'aborted', 'takenOver'];
/** A run that ended so had no fault left to act on. */
const endedWell = ['recovered', 'notActionable', 'merged'];

/** One candidate on its way up its ladder. */
interface Climb {
  candidate: Candidate;
  step: number;
  attempt: number;
  /** Since when this step waits, Unix ms. */
  sinceMs: number;
  actions: string[];
  asksPerson: boolean;
  /** Why the guard barred the step before this one. */
  barred?: Extract<Verdict, { kind: 'deny' }>;
}

/** What every climb shares. */
interface Replay {
  limits: GuardLimits;
  timeline: Timeline;
  guards: Map<string, GuardState>;
  decisions: Map<Candidate, Decision>;
}

/** How a climb ends, or nothing while it goes on at a later moment. */
type End = Decision | undefined;

/**
 * Lets the guard's rules judge the candidates again, in the order and at the times of their first looks, over a guard that
 * begins empty: what it grants stays in its memory as the act that it would have been.
 */
export function replay(candidates: readonly Candidate[], limits: GuardLimits): Map<Candidate, Decision> {
  const open: Replay = { limits, timeline: openTimeline(), guards: new Map(), decisions: new Map() };
  for (const candidate of candidates) {
    const climb = { candidate, step: 0, attempt: 0, sinceMs: candidate.atMs, actions: [], asksPerson: false };
    askAt(open, climb, candidate.atMs);
  }
  open.timeline.run();
  return open.decisions;
}

function askAt(open: Replay, climb: Climb, atMs: number): undefined {
  open.timeline.at(atMs, (nowMs) => {
    const end = ask(open, climb, nowMs);
    if (end !== undefined) open.decisions.set(climb.candidate, end);
  });
}

function ask(open: Replay, climb: Climb, nowMs: number): End {
  const { candidate } = climb;
  const step = candidate.plan.steps[climb.step];
  if (step === undefined) return ladderEnds(climb);
  const request = requestOf(climb, step);
  const verdict = guardsWord(open, request, nowMs);
  const next = { ...climb, attempt: climb.attempt + 1 };
  if (request.isRehearsal) return observed(candidate, step, verdict);
  if (verdict.kind === 'grant') return act(open, next, { request, nowMs });
  if (verdict.kind === 'hold') return wait(open, next, { verdict, nowMs });
  if (afterDenial(verdict.reason) === 'nextStep')
    return ask(open, { ...next, step: climb.step + 1, sinceMs: nowMs, barred: verdict }, nowMs);
  return refused(climb, verdict);
}

function requestOf({ candidate, step: index, attempt }: Climb, step: PlannedStep): PermitRequest {
  const { record, plan, target, surroundings, failure } = candidate;
  const isAsked = needsApprovalIn(step, { target, surroundings, settings: plan.guards });
  const asked = isAsked ? { renews: `${record.runId}.${index}.asked` } : {};
  const ids = { workflowId: record.id, runId: record.runId, alertname: record.alertname, changesMs: [] };
  return {
    ...permitRequest(
      // What a person answered is known, so it is asked for as after a yes.
      { requestId: `${record.runId}.${index}.${attempt}`, ...ids, ...asked },
      { plan, step, target, surroundings, failure, asksPerson: isAsked },
    ),
    ...(isRehearsal(plan.mode) && { isRehearsal: true as const }),
  };
}

function guardsWord({ guards, limits }: Replay, request: PermitRequest, nowMs: number): Verdict {
  const guardId = guardWorkflowId(request.target.cluster);
  const state = guards.get(guardId) ?? emptyGuardState();
  const [decision] = decidePermits(state, [request], { nowMs, limits, guardId });
  if (decision === undefined) throw new Error(`the rules left out ${request.requestId}`);
  guards.set(guardId, applyEffects(state, decision.effects));
  return decision.verdict;
}

/** The step is taken; what came of the same step then comes of it again, and one that was never taken is taken to heal. */
function act(open: Replay, climb: Climb, { request, nowMs }: { request: PermitRequest; nowMs: number }): End {
  const { step } = request;
  const { record, plan } = climb.candidate;
  const isAsked = needsApprovalIn(step, request);
  const then = sameStepThen(climb, step);
  if (then === 'failed' || (isAsked && saidNo(climb))) {
    free(open, request, { atMs: nowMs });
    return asThen(climb);
  }
  const next = { ...climb, actions: [...climb.actions, step.action], asksPerson: climb.asksPerson || isAsked };
  if (then === 'unhealthy') {
    const endMs = nowMs + step.withinMs;
    free(open, request, { atMs: endMs, act: { result: 'unhealthy', atMs: nowMs } });
    return askAt(open, { ...next, step: climb.step + 1, sinceMs: endMs }, endMs);
  }
  const healthyMs = Math.min(record.segments.actedToHealthyMs ?? plan.stableForMs, step.withinMs);
  free(open, request, { atMs: nowMs + healthyMs, act: { result: 'healthy', atMs: nowMs } });
  const detail = then === undefined ? `what ${step.action} would have come to was not recorded` : 'healed then too';
  return { ...acted(next), detail };
}

/** What came then of the same action, taken as often before. */
function sameStepThen({ candidate, actions }: Climb, { action }: PlannedStep) {
  const taken = candidate.record.steps.filter((step) => step.action === action && step.result !== 'dryRun');
  return taken[actions.filter((other) => other === action).length]?.result;
}

interface Freeing {
  atMs: number;
  act?: { result: 'healthy' | 'unhealthy'; atMs: number };
}

/** The lease goes back at the moment, with what came of it. */
function free({ timeline, guards }: Replay, { requestId, target }: PermitRequest, { atMs, act }: Freeing): void {
  const effect: GuardEffect = { type: 'leaseClosed', requestId, atMs, ...act };
  const guardId = guardWorkflowId(target.cluster);
  timeline.at(atMs, () => guards.set(guardId, applyEffects(guards.get(guardId) ?? emptyGuardState(), [effect])));
}

type Hold = Extract<Verdict, { kind: 'hold' }>;

/** A held step is asked for again; a run that had ended by then asks no more. */
function wait(open: Replay, climb: Climb, { verdict, nowMs }: { verdict: Hold; nowMs: number }): End {
  const { record, plan } = climb.candidate;
  const { reason, detail, retryAfterMs, incident } = verdict;
  const againMs = nowMs + retryAfterMs;
  if (incident?.speaker === record.id) return refused(climb, verdict);
  if (againMs - climb.sinceMs > plan.guards.holdAtMost) {
    return refused(climb, { reason: 'heldTooLong', detail: `${reason}: ${detail}` });
  }
  const hadEnded = endedWell.includes(record.outcome) && Date.parse(record.closedAt) <= againMs;
  if (hadEnded || saidNo(climb)) return asThen(climb, `held (${reason}: ${detail}), and then `);
  return askAt(open, climb, againMs);
}

/** A person stopped the run before it did anything. */
const saidNo = ({ candidate: { record }, actions }: Climb) =>
  actions.length === 0 && peoplesWords.includes(record.reason ?? '');

function asThen(climb: Climb, before = ''): Decision {
  const { record } = climb.candidate;
  return refused(climb, { reason: record.reason ?? record.outcome, detail: `${before}as then: ${record.outcome}` });
}

function acted({ candidate, actions, asksPerson }: Climb): Extract<Decision, { kind: 'acts' }> {
  return { kind: 'acts', policy: candidate.plan.policy, actions, asksPerson };
}

/** After an act a refusal only ends the ladder. */
function refused(climb: Climb, { reason, detail }: { reason: string; detail: string }): Decision {
  if (climb.actions.length > 0) return { ...acted(climb), detail: `then ${reason}: ${detail}` };
  return { kind: 'refuses', policy: climb.candidate.plan.policy, reason, detail };
}

/** A ladder on which every step was passed over has done nothing. */
const ladderEnds = (climb: Climb): Decision =>
  refused(climb, climb.actions.length > 0 ? exhausted : (climb.barred ?? exhausted));
const exhausted = { reason: 'ladderExhausted', detail: 'every step was taken' };

function observed({ plan }: Candidate, { action }: PlannedStep, verdict: Verdict): Decision {
  const reason = verdict.kind === 'grant' ? {} : { reason: verdict.reason };
  return { kind: 'observes', policy: plan.policy, action, verdict: verdict.kind, ...reason };
}
