import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ActInHand } from '../activities/contract.ts';
import { endOfHold } from '../domain/guard/look-again.ts';
import type { IncidentRef, PermitRelease, PermitRequest, Verdict } from '../domain/guard/permit.ts';
import type { Plan } from '../domain/policy/plan.ts';
import type { PlannedStep } from '../domain/policy/policy.ts';
import type { ApprovalProof } from '../domain/run/approval.ts';
import type { Assessment } from '../domain/run/assessment.ts';
import { backoffMs } from '../domain/run/backoff.ts';
import { withVerdict } from '../domain/run/timeline.ts';
import type { Target } from '../domain/target/target.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { askGuard, releasePermit } from './activity-options.ts';
import { continueIfLong, mustContinue } from './continue.ts';
import { joins } from './joining.ts';
import { alertFor, enter, nowIso, type Run, tell, tokenOf, waitFor } from './run.ts';
import { verify } from './verify.ts';

/** How often to ask again for a workload whose holder is gone. */
const orphanRetryMs = 30_000;
/** How often to ask a guard that did not answer. */
const silenceRetryMs = 30_000;
/** Waits between the same hold and the same hold again. */
const holdFirstMs = 15_000;
const holdLongestMs = 300_000;
/** Tries of telling the guard that a lease is not needed any more, and the time between them. */
const releaseTries = 3;
const releaseRetryMs = 10_000;
/** The act itself may take a while beyond the step's own deadline. */
const slackMs = 60_000;

type Hold = Extract<Verdict, { kind: 'hold' }>;
type Deny = Extract<Verdict, { kind: 'deny' }>;

export type Permission =
  | { kind: 'granted' }
  | { kind: 'denied'; verdict: Deny }
  | { kind: 'changed'; assessment: Exclude<Assessment, { kind: 'actionable' }> };

/** After a person's yes: the lease that was held while they were asked, and the yes itself. */
interface Renewal {
  renews?: string | undefined;
  approval?: ApprovalProof | undefined;
}

/**
 * Asks the guard for one step until it grants or denies. Through a hold the run sleeps, and verifies again before it
 * asks again, because the world moves on. Gives up when it was held for longer than the policy waits.
 */
export async function permitFor(
  run: Run,
  step: PlannedStep,
  requestId: string,
  { renews, approval }: Renewal = {},
): Promise<Permission> {
  const startedMs = run.hold?.sinceMs ?? Date.now();
  const wait = growingWait(requestId);
  for (let attempt = 0; ; ) {
    enter(run, 'AwaitingPermit');
    waitFor(run, 'the guard');
    const request = requestOf(run, step, { requestId: `${requestId}.${attempt}`, renews });
    const verdict = await ask(run, request, actInHand(run, step, approval));
    note(run, step, verdict);
    // To a question that was not answered, and may have been heard, the same answer is owed.
    if (!isSilence(verdict)) attempt += 1;
    const hold = await settle(run, verdict);
    delete run.hold;
    if (hold.kind !== 'hold') return hold;
    const heldMs = Date.now() - startedMs;
    const leftMs = known(run).plan.guards.holdAtMost - heldMs;
    if (hold.retryAfterMs > leftMs) return heldTooLong(run, hold, heldMs);
    await untilDueOrResolved(run, `the guard: ${hold.detail}`, Math.min(leftMs, wait(hold)), () => mustContinue(run));
    // After a person's yes nobody is asked again.
    const next = approval === undefined ? known(run).plan.steps.indexOf(step) : undefined;
    const assessment = await verify(run, next);
    if (assessment.kind !== 'actionable') return { kind: 'changed', assessment };
    run.hold = { step: run.status.currentStep ?? 0, sinceMs: startedMs };
    await continueIfLong(run);
  }
}

/**
 * How long to wait after a hold. The first time as long as the guard says, which may be a known end; while the same
 * reason holds again and again, longer each time, because each look costs events.
 */
function growingWait(requestId: string): (hold: Hold) => number {
  let tries = 0;
  let before: string | undefined;
  return ({ reason, retryAfterMs }) => {
    tries = reason === before ? tries + 1 : 0;
    before = reason;
    if (tries === 0) return retryAfterMs;
    const seed = `${requestId}.${tries}`;
    return Math.max(retryAfterMs, backoffMs({ firstMs: holdFirstMs, longestMs: holdLongestMs, tries, seed }));
  };
}

/** Waits at most so long. A "resolved" that comes meanwhile ends the wait; an old one does not, many holds begin with it. */
export async function untilDueOrResolved(run: Run, what: string, ms: number, isOver = () => false): Promise<void> {
  waitFor(run, what, { ms });
  const wasResolved = run.isResolved;
  await condition(() => (run.isResolved && !wasResolved) || isOver(), ms);
}

/** What the guard would say to the step; nothing is reserved. */
export async function wouldPermit(run: Run, step: PlannedStep): Promise<Verdict> {
  return ask(run, { ...requestOf(run, step, { requestId: `${run.id.runId}.would` }), isRehearsal: true });
}

function heldTooLong(run: Run, hold: Hold, heldMs: number): Permission {
  const { reason, detail, incident } = hold;
  const lookAgainAtMs = endOfHold(hold, Date.now());
  const { holdAtMost } = known(run).plan.guards;
  const words = `${reason}: ${detail}; held ${formatDuration(heldMs)} of ${formatDuration(holdAtMost)}`;
  const verdict: Deny = {
    ...{ kind: 'deny', reason: 'heldTooLong', detail: words },
    ...(incident && { incident }),
    ...(lookAgainAtMs === undefined ? {} : { lookAgainAtMs }),
  };
  return { kind: 'denied', verdict };
}

/** The permission that a verdict comes to, or the hold. */
async function settle(run: Run, verdict: Verdict): Promise<Permission | Hold> {
  if (verdict.kind === 'grant') return { kind: 'granted' };
  if (verdict.kind === 'hold') {
    // A person looks for the common cause; the run that speaks for all must not wait with it.
    return isSpeaker(run, verdict.incident) ? { kind: 'denied', verdict: { ...verdict, kind: 'deny' } } : verdict;
  }
  if (verdict.holder === undefined || (await joinsHolder(run, verdict.holder))) return { kind: 'denied', verdict };
  return { ...verdict, kind: 'hold', retryAfterMs: orphanRetryMs };
}

/** True for the run that asks a person about a trouble which is larger than itself. */
export const isSpeaker = (run: Run, incident: IncidentRef | undefined): boolean =>
  incident?.speaker === run.id.workflowId;

/**
 * Tells the run that holds the workload, which then speaks for both. False when it has ended without giving its lease
 * back (somebody terminated it): the lease frees itself when it expires, and this run waits for that.
 */
async function joinsHolder(run: Run, holder: string): Promise<boolean> {
  if (await joins(run, holder)) return true;
  tell(run, `${holder} holds the workload and has ended; its lease must expire first`);
  return false;
}

/** Plan, target and its surroundings, which every run has once it was verified. */
export function known(run: Run): { plan: Plan; target: Target } & NonNullable<Run['scene']> {
  const { plan, scene } = run;
  const { target } = run.status;
  if (plan === undefined || scene === undefined || target === undefined)
    throw new Error('the run acts before it has verified');
  return { plan, target, ...scene };
}

/** True when a person must approve the step: in mode Approve, and where the latest look at the target says so. */
export function asksPerson(run: Run, step: PlannedStep): boolean {
  const { plan, needsApproval } = known(run);
  return plan.mode === 'Approve' || (needsApproval[plan.steps.indexOf(step)] ?? true);
}

function requestOf(
  run: Run,
  step: PlannedStep,
  { requestId, renews }: { requestId: string; renews?: string | undefined },
): PermitRequest {
  const { plan, target, surroundings, failure } = known(run);
  const approvalMs = asksPerson(run, step) && renews === undefined ? plan.approvalExpiresAfterMs : 0;
  const { runId: execution, originalExecutionRunId } = workflowInfo();
  return {
    requestId,
    ...run.id,
    ...(execution === originalExecutionRunId ? {} : { resetRunId: execution }),
    target,
    surroundings,
    failure,
    changesMs: run.changesMs,
    policy: plan.policy,
    allowedNamespaces: plan.allowedNamespaces,
    step,
    settings: plan.guards,
    leaseMs: approvalMs + step.withinMs + slackMs,
    alertname: run.alert.alertname,
    ...(approvalMs > 0 ? { asksPerson: true } : {}),
    ...(renews === undefined ? {} : { renews }),
  };
}

/** What the hub signs a ticket for, unless a person must approve it first. */
function actInHand(run: Run, step: PlannedStep, approval: ApprovalProof | undefined): ActInHand | undefined {
  if (approval === undefined && asksPerson(run, step)) return undefined;
  return { token: tokenOf(run), alert: alertFor(run), ...(approval && { approval }) };
}

async function ask(run: Run, request: PermitRequest, act?: ActInHand): Promise<Verdict> {
  const { requestId } = request;
  const { cluster } = run.alert;
  // Until the answer is here nobody knows what the guard has granted.
  if (!request.isRehearsal && !run.unanswered.includes(requestId)) run.unanswered.push(requestId);
  try {
    const verdict = await askGuard({ cluster, request, ...(act && { act }) });
    run.unanswered = run.unanswered.filter((id) => id !== requestId);
    // A renewal gives the lease before it back, whatever is answered.
    if (request.renews !== undefined) delete run.lease;
    if (verdict.kind === 'grant' && !request.isRehearsal) run.lease = { requestId, ...verdict };
    return verdict;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const detail = error instanceof ActivityFailure ? (error.cause?.message ?? error.message) : String(error);
    return { kind: 'hold', reason: 'guardUnavailable', retryAfterMs: silenceRetryMs, detail };
  }
}

const isSilence = (verdict: Verdict) => verdict.kind === 'hold' && verdict.reason === 'guardUnavailable';

/** Gives the lease back, with what came of it. Without a lease there is nothing to give. */
export async function release(run: Run, outcome: PermitRelease['outcome'], actedAtMs?: number): Promise<void> {
  if (run.lease === undefined) return;
  const { requestId, ticket } = run.lease;
  delete run.lease;
  // Before a reset the run may have acted under it.
  const isOfBefore = outcome === 'returned' && ticket !== undefined && ticket.runId !== workflowInfo().runId;
  const acted = isOfBefore ? Date.now() : actedAtMs;
  await tellReleased(run, {
    requestId,
    outcome: isOfBefore ? 'unhealthy' : outcome,
    ...(acted === undefined ? {} : { actedAtMs: acted }),
  });
}

/**
 * Runs the work of a step. However it ends (result, failure, cancellation, continue-as-new), no lease stays behind: what
 * may have been granted unheard goes back, and a step that may have begun counts as an act.
 */
export async function withoutLeaseAfter<T>(run: Run, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    const mayHaveActed = run.status.phase === 'Remediating' || run.status.phase === 'AwaitingHealthy';
    await CancellationScope.nonCancellable(async () => {
      await (mayHaveActed ? release(run, 'unhealthy', Date.now()) : release(run, 'returned'));
      // Most likely nothing was granted: told once, and no run is kept open for it.
      for (const requestId of run.unanswered.splice(0)) await tellReleased(run, { requestId, outcome: 'returned' }, 1);
    });
  }
}

/** A guard that does not hear it is told again, by the run's own timer; in the end the lease expires by itself. */
async function tellReleased(run: Run, release: PermitRelease, mostTries = releaseTries): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      // A person's abort, taken in the same moment, must not keep what is given back from the guard.
      return await CancellationScope.nonCancellable(() => releasePermit({ cluster: run.alert.cluster, release }));
    } catch (error) {
      if (isCancellation(error)) throw error;
    }
    if (tries === mostTries) break;
    await CancellationScope.nonCancellable(() => sleep(releaseRetryMs));
  }
  tell(run, 'the guard could not be told; the lease frees itself when it expires', { reason: 'guardUnavailable' });
}

function note(run: Run, step: PlannedStep, verdict: Verdict): void {
  const more = verdict.kind === 'grant' ? {} : { reason: verdict.reason, detail: verdict.detail };
  run.status.verdicts = withVerdict(run.status.verdicts, { at: nowIso(), verdict: verdict.kind, ...more });
  if (verdict.kind === 'grant') tell(run, `the guard grants ${step.action}`);
  else
    tell(run, `the guard ${verdict.kind === 'hold' ? 'holds' : 'denies'} ${step.action}: ${verdict.detail}`, {
      reason: verdict.reason,
    });
}
