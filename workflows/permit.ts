import {
  ActivityFailure,
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
} from '@temporalio/workflow';
import type { ActInHand } from '../activities/contract.ts';
import type { ApprovalProof } from '../domain/approval.ts';
import { needsApproval } from '../domain/approval-need.ts';
import type { Assessment } from '../domain/assessment.ts';
import { formatDuration } from '../domain/duration.ts';
import { endOfHold } from '../domain/look-again.ts';
import type { IncidentRef, PermitRelease, PermitRequest, Verdict } from '../domain/permit.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlannedStep } from '../domain/policy.ts';
import type { Surroundings } from '../domain/surroundings.ts';
import type { Target } from '../domain/target.ts';
import { withVerdict } from '../domain/timeline.ts';
import { askGuard, releasePermit } from './activity-options.ts';
import { continueIfLong, mustContinue } from './continue.ts';
import { joinedSignal } from './messages.ts';
import { alertFor, enter, nowIso, type Run, tell, tokenOf, waitFor } from './run.ts';
import { verify } from './verify.ts';

/** How often to ask again for a workload whose holder is gone. */
const orphanRetryMs = 30_000;
/** How often to ask a guard that did not answer. */
const silenceRetryMs = 30_000;
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
  const { plan } = known(run);
  const startedMs = run.hold?.sinceMs ?? Date.now();
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
    if (heldMs + hold.retryAfterMs > plan.guards.holdAtMost) return heldTooLong(run, hold, heldMs);
    waitFor(run, `the guard: ${hold.detail}`, { ms: hold.retryAfterMs });
    // News wakes it, an old "resolved" does not: after an act that is how every hold begins.
    const wasResolved = run.isResolved;
    await condition(() => (run.isResolved && !wasResolved) || mustContinue(run), hold.retryAfterMs);
    const assessment = await verify(run);
    if (assessment.kind !== 'actionable') return { kind: 'changed', assessment };
    run.hold = { step: run.status.currentStep ?? 0, sinceMs: startedMs };
    await continueIfLong(run);
  }
}

/** What the guard would say to the step; nothing is reserved. */
export async function wouldPermit(run: Run, step: PlannedStep): Promise<Verdict> {
  const verdict = await ask(run, {
    ...requestOf(run, step, { requestId: `${run.id.runId}.would` }),
    isRehearsal: true,
  });
  delete run.lease;
  return verdict;
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
  if (verdict.holder === undefined || (await joins(run, verdict.holder))) return { kind: 'denied', verdict };
  return { ...verdict, kind: 'hold', retryAfterMs: orphanRetryMs };
}

/** True for the run that asks a person about a trouble which is larger than itself. */
export const isSpeaker = (run: Run, incident: IncidentRef | undefined): boolean =>
  incident?.speaker === run.id.workflowId;

/**
 * Tells the run that holds the workload, which then speaks for both. False when it has ended without giving its lease
 * back (somebody terminated it): the lease frees itself when it expires, and this run waits for that.
 */
async function joins(run: Run, holder: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(holder).signal(joinedSignal, { alert: run.alert, workflowId: run.id.workflowId });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    tell(run, `${holder} holds the workload and has ended; its lease must expire first`);
    return false;
  }
}

/** Plan, target and its surroundings, which every run has once it was verified. */
export function known(run: Run): { plan: Plan; target: Target; surroundings: Surroundings; failure: string } {
  const { plan, scene } = run;
  const { target } = run.status;
  if (plan === undefined || scene === undefined || target === undefined)
    throw new Error('the run acts before it has verified');
  return { plan, target, ...scene };
}

/** True when a person must approve the step now. */
export function asksPerson(run: Run, step: PlannedStep): boolean {
  const { plan, target } = known(run);
  return plan.mode === 'Approve' || needsApproval(step, target);
}

function requestOf(
  run: Run,
  step: PlannedStep,
  { requestId, renews }: { requestId: string; renews?: string | undefined },
): PermitRequest {
  const { plan, target, surroundings, failure } = known(run);
  const approvalMs = asksPerson(run, step) && renews === undefined ? plan.approvalExpiresAfterMs : 0;
  return {
    requestId,
    ...run.id,
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
  try {
    const verdict = await askGuard({ cluster, request, ...(act && { act }) });
    if (verdict.kind === 'grant') run.lease = { requestId, ...verdict };
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
  const { requestId } = run.lease;
  delete run.lease;
  const release: PermitRelease = { requestId, outcome, ...(actedAtMs === undefined ? {} : { actedAtMs }) };
  try {
    // A person's abort, taken in the same moment, must not keep what is given back from the guard.
    await CancellationScope.nonCancellable(() => releasePermit({ cluster: run.alert.cluster, release }));
  } catch (error) {
    if (isCancellation(error)) throw error;
    tell(run, 'the guard could not be told; the lease frees itself when it expires', { reason: 'guardUnavailable' });
  }
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
