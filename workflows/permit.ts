import { condition, getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import type { Assessment } from '../domain/assessment.ts';
import { guardWorkflowId } from '../domain/contract.ts';
import { formatDuration } from '../domain/duration.ts';
import type { PermitRelease, PermitRequest, Verdict } from '../domain/permit.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlannedStep } from '../domain/policy.ts';
import type { Target } from '../domain/target.ts';
import { joinedSignal, releasePermitSignal, requestPermitSignal } from './messages.ts';
import { enter, nowIso, type Run, tell, waitFor } from './run.ts';
import { verify } from './verify.ts';

/** How long the guard may take to answer, and how often it is asked again. */
const answerWithin = '20s';
const asks = 3;
/** How often to ask again for a workload whose holder is gone. */
const orphanRetryMs = 30_000;
/** The act itself may take a while beyond the step's own deadline. */
const slackMs = 60_000;

export type Permission =
  | { kind: 'granted' }
  | { kind: 'denied'; verdict: Extract<Verdict, { kind: 'deny' }> }
  | { kind: 'changed'; assessment: Exclude<Assessment, { kind: 'actionable' }> };

/**
 * Asks the guard for one step until it grants or denies. Through a hold the run sleeps, and verifies again before it
 * asks again, because the world moves on. Gives up when it was held for longer than the policy waits.
 */
export async function permitFor(run: Run, step: PlannedStep, requestId: string, renews?: string): Promise<Permission> {
  const { plan } = known(run);
  const startedMs = Date.now();
  for (let attempt = 0; ; attempt++) {
    enter(run, 'AwaitingPermit');
    waitFor(run, 'the guard');
    const verdict = await ask(run, requestOf(run, step, `${requestId}.${attempt}`, renews));
    note(run, step, verdict);
    const hold = await settle(run, verdict);
    if (hold.kind !== 'hold') return hold;
    const heldMs = Date.now() - startedMs;
    if (heldMs + hold.retryAfterMs > plan.guards.holdAtMost) {
      const detail = `${hold.reason}: ${hold.detail}; held ${formatDuration(heldMs)} of ${formatDuration(plan.guards.holdAtMost)}`;
      return { kind: 'denied', verdict: { kind: 'deny', reason: 'heldTooLong', detail } };
    }
    waitFor(run, `the guard: ${hold.detail}`, { ms: hold.retryAfterMs });
    // News wakes it, an old "resolved" does not: after an act that is how every hold begins.
    const wasResolved = run.isResolved;
    await condition(() => run.isResolved && !wasResolved, hold.retryAfterMs);
    const assessment = await verify(run);
    if (assessment.kind !== 'actionable') return { kind: 'changed', assessment };
  }
}

/** The permission that a verdict comes to, or the hold. */
async function settle(run: Run, verdict: Verdict): Promise<Permission | Extract<Verdict, { kind: 'hold' }>> {
  if (verdict.kind === 'grant') return { kind: 'granted' };
  if (verdict.kind === 'hold') return verdict;
  if (verdict.holder === undefined || (await joins(run, verdict.holder))) return { kind: 'denied', verdict };
  return { ...verdict, kind: 'hold', retryAfterMs: orphanRetryMs };
}

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

/** Plan and target, which every run has once it was verified. */
export function known(run: Run): { plan: Plan; target: Target } {
  if (run.plan === undefined || run.status.target === undefined) throw new Error('the run acts before it has verified');
  return { plan: run.plan, target: run.status.target };
}

function requestOf(run: Run, step: PlannedStep, requestId: string, renews: string | undefined): PermitRequest {
  const { plan, target } = known(run);
  const approvalMs = step.approval === 'Required' && renews === undefined ? plan.approvalExpiresAfterMs : 0;
  return {
    requestId,
    ...run.id,
    target,
    policy: plan.policy,
    allowedNamespaces: plan.allowedNamespaces,
    step,
    settings: plan.guards,
    leaseMs: approvalMs + step.withinMs + slackMs,
    ...(renews === undefined ? {} : { renews }),
  };
}

async function ask(run: Run, request: PermitRequest): Promise<Verdict> {
  const { requestId } = request;
  for (let attempt = 0; attempt < asks; attempt++) {
    const sent = await signalGuard(run, (guard) => guard.signal(requestPermitSignal, request));
    await condition(() => run.verdicts[requestId] !== undefined, sent ? answerWithin : '5s');
    const verdict = run.verdicts[requestId];
    if (verdict === undefined) continue;
    if (verdict.kind === 'grant') run.lease = { requestId, expiresAtMs: verdict.expiresAtMs };
    return verdict;
  }
  return {
    kind: 'deny',
    reason: 'guardUnavailable',
    detail: `no answer from ${guardWorkflowId(run.alert.cluster)} to ${asks} requests`,
  };
}

/** Gives the lease back, with what came of it. Without a lease there is nothing to give. */
export async function release(run: Run, outcome: PermitRelease['outcome'], actedAtMs?: number): Promise<void> {
  if (run.lease === undefined) return;
  const { requestId } = run.lease;
  delete run.lease;
  const release: PermitRelease = { requestId, outcome, ...(actedAtMs === undefined ? {} : { actedAtMs }) };
  const sent = await signalGuard(run, (guard) => guard.signal(releasePermitSignal, release));
  if (!sent)
    tell(run, 'the guard could not be told; the lease frees itself when it expires', { reason: 'guardUnavailable' });
}

type GuardHandle = ReturnType<typeof getExternalWorkflowHandle>;

/** True when the guard's inbox took the message. */
async function signalGuard(run: Run, send: (guard: GuardHandle) => Promise<void>): Promise<boolean> {
  try {
    await send(getExternalWorkflowHandle(guardWorkflowId(run.alert.cluster)));
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    tell(run, `the guard could not be reached: ${String(error)}`, { reason: 'guardUnavailable' });
    return false;
  }
}

function note(run: Run, step: PlannedStep, verdict: Verdict): void {
  const more = verdict.kind === 'grant' ? {} : { reason: verdict.reason, detail: verdict.detail };
  run.status.verdicts.push({ at: nowIso(), verdict: verdict.kind, ...more });
  if (verdict.kind === 'grant') tell(run, `the guard grants ${step.action}`);
  else
    tell(run, `the guard ${verdict.kind === 'hold' ? 'holds' : 'denies'} ${step.action}: ${verdict.detail}`, {
      reason: verdict.reason,
    });
}
