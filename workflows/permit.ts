import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ActInHand } from '../activities/contract.ts';
import {
  endOfHold,
  type PermitRelease,
  type PermitRequest,
  permitRequest,
  type Verdict,
} from '../domain/guard/permit.ts';
import type { PlannedStep } from '../domain/policy/policy.ts';
import type { ApprovalProof } from '../domain/run/approval.ts';
import { backoffMs } from '../domain/run/backoff.ts';
import { withVerdict } from '../domain/run/timeline.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { askGuard, releasePermit } from './activities.ts';
import { continueIfLong, mustContinue, mustWake } from './close.ts';
import { joins } from './conversation.ts';
import { isContinuing } from './failure.ts';
import { enter, nowIso, tell, waitFor } from './progress.ts';
import { isIncidentOwner, resultOf, type StepResult } from './result.ts';
import { alertFor, type Run, tokenOf, type VerifiedRun } from './state.ts';
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

type Hold = Extract<Verdict, { kind: 'hold' }>;
type Deny = Extract<Verdict, { kind: 'deny' }>;

/** The guard's word on a step: it may be taken, or what becomes of the run instead. */
export type Permission = { kind: 'granted' } | StepResult;

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
  run: VerifiedRun,
  step: PlannedStep,
  requestId: string,
  { renews, approval }: Renewal = {},
): Promise<Permission> {
  const startedMs = run.hold?.sinceMs ?? Date.now();
  delete run.hold;
  const wait = growingWait(requestId);
  for (let attempt = 0; ; ) {
    enter(run, 'AwaitingPermit');
    waitFor(run, 'the guard');
    const request = requestOf(run, step, { requestId: `${requestId}.${attempt}`, renews });
    const verdict = await askForPermit(run, request, actInHand(run, step, approval));
    recordVerdict(run, step, verdict);
    // If no reply came, the guard is asked again with the same request id.
    if (!isSilence(verdict)) attempt += 1;
    const hold = await resultOfVerdict(run, verdict);
    if (hold.kind !== 'hold') return hold;
    const heldMs = Date.now() - startedMs;
    const leftMs = run.plan.guards.holdAtMost - heldMs;
    if (hold.retryAfterMs > leftMs) return heldTooLong(run, hold, heldMs);
    // The proof of a person's yes does not go over a continue-as-new.
    const mayContinue = approval === undefined;
    const mustEnd = () => mayContinue && mustWake(run);
    await untilDueOrResolved(run, `the guard: ${hold.detail}`, Math.min(leftMs, wait(hold)), mustEnd);
    // After a person's yes nobody is asked again.
    const next = approval === undefined ? run.plan.steps.indexOf(step) : undefined;
    const look = await verify(run, next);
    if (look.kind !== 'actionable') return { kind: 'end', result: resultOf(run, look) };
    if (!mayContinue || !mustContinue(run)) continue;
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
export async function wouldPermit(run: VerifiedRun, step: PlannedStep): Promise<Verdict> {
  return askForPermit(run, { ...requestOf(run, step, { requestId: `${run.id.runId}.would` }), isRehearsal: true });
}

function heldTooLong(run: VerifiedRun, hold: Hold, heldMs: number): StepResult {
  const { reason, detail, incident } = hold;
  const lookAgainAtMs = endOfHold(hold, Date.now());
  const words = `${reason}: ${detail}; held ${formatDuration(heldMs)} of ${formatDuration(run.plan.guards.holdAtMost)}`;
  return refused(run, {
    ...{ reason: 'heldTooLong', detail: words },
    ...(incident && { incident }),
    ...(lookAgainAtMs === undefined ? {} : { lookAgainAtMs }),
  });
}

/** What a verdict comes to; a hold is waited for, unless this run is the one that asks people about its cause. */
async function resultOfVerdict(run: VerifiedRun, verdict: Verdict): Promise<Permission | Hold> {
  if (verdict.kind === 'grant') return { kind: 'granted' };
  // The run that asks people about the common cause must not wait with it.
  if (verdict.kind === 'hold') return isIncidentOwner(run, verdict.incident) ? refused(run, verdict) : verdict;
  if (verdict.holder === undefined || (await joinsHolder(run, verdict.holder))) return refused(run, verdict);
  return { ...verdict, kind: 'hold', retryAfterMs: orphanRetryMs };
}

/** What becomes of a run whose step the guard refuses. */
function refused(
  run: VerifiedRun,
  { reason, detail, holder, speaker, incident, lookAgainAtMs, next }: Omit<Deny, 'kind'>,
): StepResult {
  if (reason === 'leasedByAnotherRun' && holder !== undefined)
    return { kind: 'end', result: { kind: 'merged', holder } };
  // What this step may not do, or cannot cure, a stronger one may.
  if (next === 'nextStep') return { kind: 'next', reason, detail, ...(incident && { incident }) };
  const until = lookAgainAtMs === undefined ? {} : { lookAgainAtMs };
  if (isIncidentOwner(run, incident)) return { kind: 'end', result: { kind: 'needsPerson', reason, detail, ...until } };
  const spokenFor = incident === undefined ? {} : { spokenForBy: incident.speaker };
  const quietly = next === 'endQuietly' ? { isQuiet: true as const } : {};
  const asking = speaker === undefined ? {} : { speaker };
  return { kind: 'end', result: { kind: 'denied', reason, detail, ...spokenFor, ...quietly, ...until, ...asking } };
}

/**
 * Tells the run that holds the workload, which then speaks for both. False when it has ended without giving its lease
 * back (somebody terminated it): the lease frees itself when it expires, and this run waits for that.
 */
async function joinsHolder(run: Run, holder: string): Promise<boolean> {
  if (await joins(run, holder)) return true;
  tell(run, `${holder} holds the workload and has ended; its lease must expire first`);
  return false;
}

/** True when a person must approve the step: in mode Approve, and where the latest look at the target says so. */
export const asksPerson = ({ plan, observed }: VerifiedRun, step: PlannedStep): boolean =>
  plan.mode === 'Approve' || (observed.needsApproval[plan.steps.indexOf(step)] ?? true);

function requestOf(
  run: VerifiedRun,
  step: PlannedStep,
  { requestId, renews }: { requestId: string; renews?: string | undefined },
): PermitRequest {
  const { plan, observed, status } = run;
  const { surroundings, failure } = observed;
  const { runId: execution, originalExecutionRunId } = workflowInfo();
  const asker = {
    requestId,
    ...run.id,
    ...(execution === originalExecutionRunId ? {} : { resetRunId: execution }),
    alertname: run.alert.alertname,
    changesMs: run.changesMs,
    ...(renews === undefined ? {} : { renews }),
  };
  const asks = asksPerson(run, step);
  return permitRequest(asker, { plan, step, target: status.target, surroundings, failure, asksPerson: asks });
}

/** What the hub signs a ticket for, unless a person must approve it first. */
function actInHand(run: VerifiedRun, step: PlannedStep, approval: ApprovalProof | undefined): ActInHand | undefined {
  if (approval === undefined && asksPerson(run, step)) return undefined;
  return { token: tokenOf(run), alert: alertFor(run), ...(approval && { approval }) };
}

async function askForPermit(run: Run, request: PermitRequest, act?: ActInHand): Promise<Verdict> {
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
 * Runs the work of a step. However it ends (result, failure, cancellation), no lease stays behind: what may have been
 * granted without an answer goes back, and a step that may have begun counts as an act. A run that continues as new while a
 * person is asked keeps the question and its lease.
 */
export async function withoutLeaseAfter<T>(run: Run, work: () => Promise<T>): Promise<T> {
  let continues = false;
  try {
    return await work();
  } catch (error) {
    continues = isContinuing(error);
    throw error;
  } finally {
    const mayHaveActed = run.status.phase === 'Remediating' || run.status.phase === 'AwaitingHealthy';
    await CancellationScope.nonCancellable(async () => {
      if (!continues) {
        delete run.status.question;
        await (mayHaveActed ? release(run, 'unhealthy', Date.now()) : release(run, 'returned'));
      }
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

function recordVerdict(run: Run, step: PlannedStep, verdict: Verdict): void {
  const more = verdict.kind === 'grant' ? {} : { reason: verdict.reason, detail: verdict.detail };
  run.status.verdicts = withVerdict(run.status.verdicts, { at: nowIso(), verdict: verdict.kind, ...more });
  if (verdict.kind === 'grant') tell(run, `the guard grants ${step.action}`);
  else
    tell(run, `the guard ${verdict.kind === 'hold' ? 'holds' : 'denies'} ${step.action}: ${verdict.detail}`, {
      reason: verdict.reason,
    });
}
