import { condition, isCancellation } from '@temporalio/workflow';
import type { Health, WaitForHealthyInput } from '../activities/contract.ts';
import type { PlannedStep } from '../domain/policy/policy.ts';
import { labelsAsked } from '../domain/policy/promql-placeholders.ts';
import { type ApprovalProof, questionDigest } from '../domain/run/approval.ts';
import { backoffMs } from '../domain/run/backoff.ts';
import { fallbackReceiver } from '../domain/run/contract.ts';
import type { StepRecord } from '../domain/run/outcome.ts';
import type { Question } from '../domain/run/status.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { act, refusedBefore } from './act.ts';
import { continueIfLong, mustWake } from './close.ts';
import { rootMessage } from './failure.ts';
import { notifyReceivers, report } from './notify.ts';
import { asksPerson, type Permission, permitFor, release, untilDueOrResolved, withoutLeaseAfter } from './permit.ts';
import { enter, nowIso, tell, waitFor } from './progress.ts';
import { type Blocked, type RunResult, resultOf, type StepResult } from './result.ts';
import { alertFor, isAsking, type Run, type VerifiedRun } from './state.ts';
import { isInEffect } from './undo.ts';
import { verify } from './verify.ts';

/** A target that moves on under us is verified anew; not for ever. */
const triesPerStep = 3;
/** A disruption budget that says no is asked again after these times, until the step's own deadline. */
const blocked = { firstMs: 15_000, longestMs: 120_000 };

/** Takes one step: the guard's permit, a person's approval where one is needed, the act, and proof of health. */
export async function takeStep(run: VerifiedRun, step: PlannedStep, index: number): Promise<StepResult> {
  if (isInEffect(run, index)) {
    return { kind: 'next', reason: 'ladderExhausted', detail: `${step.action} is in effect, and did not help` };
  }
  run.status.currentStep = index;
  return withoutLeaseAfter(run, () => tryStep(run, step, index));
}

async function tryStep(run: VerifiedRun, step: PlannedStep, index: number): Promise<StepResult> {
  let blockedUntilMs: number | undefined;
  let timesBlocked = 0;
  // The first step was verified just now; one that a person is asked about is verified after the answer.
  for (let changes = 0, isFresh = index === 0 || isAsking(run); changes < triesPerStep; isFresh = false) {
    const look = isFresh ? undefined : await verify(run, index);
    if (look !== undefined && look.kind !== 'actionable') return { kind: 'end', result: resultOf(run, look) };
    const permitted = refusedBefore(run, step) ?? (await permission(run, step));
    if (permitted.kind === 'end' || permitted.kind === 'next') return permitted;
    const acted = permitted.kind === 'granted' ? await act(run, step) : permitted;
    if (acted.kind === 'acted') return becomesHealthy(run, step, acted.record);
    if (acted.kind === 'end' || acted.kind === 'next') return acted;
    if (acted.kind === 'changed') {
      changes += 1;
      continue;
    }
    blockedUntilMs ??= Date.now() + step.withinMs;
    if (Date.now() + blocked.firstMs > blockedUntilMs) return blockedForGood(acted.detail);
    await waitBlocked(run, acted.detail, { tries: timesBlocked++, untilMs: blockedUntilMs });
  }
  return { kind: 'next', reason: 'stepFailed', detail: `the target of ${step.action} changed ${triesPerStep} times` };
}

const blockedForGood = (detail: string): StepResult => ({
  kind: 'end',
  result: { kind: 'needsPerson', reason: 'evictionBlocked', detail },
});

/** The last try comes a little before the deadline, so that it is not lost to the wait. */
async function waitBlocked(run: Run, detail: string, due: { tries: number; untilMs: number }): Promise<void> {
  enter(run, 'AwaitingPermit');
  const { tries, untilMs } = due;
  const ms = backoffMs({ ...blocked, tries, seed: `${run.id.runId}.${run.requests}` });
  await untilDueOrResolved(run, detail, Math.max(1_000, Math.min(ms, untilMs - Date.now())));
}

/** The guard's permit, and where the policy wants it a person's approval. */
async function permission(run: VerifiedRun, step: PlannedStep): Promise<Permission | Blocked> {
  // A run that continued as new while it asked holds the permit already.
  if (!isAsking(run)) {
    run.requests += 1;
    const verifiedMs = Date.now();
    const permitted = await permitFor(run, step, requestIdOf(run));
    if (permitted.kind !== 'granted') return permitted;
    run.status.segments.verifiedToPermittedMs ??= Date.now() - verifiedMs;
    if (!asksPerson(run, step)) return permitted;
    // While the guard held the step, another look may have found that it cannot be done.
    const refused = refusedBefore(run, step);
    if (refused !== undefined) return giveBack(run, refused);
  }
  return approved(run, step);
}

const requestIdOf = ({ id, requests }: Run): string => `${id.runId}.${requests}`;

/** Asks people, verifies again after their yes, and renews the permit with it. */
async function approved(run: VerifiedRun, step: PlannedStep): Promise<Permission | Blocked> {
  const askedOf = uidOf(run);
  const approval = await approvalFor(run, step);
  if (approval.kind !== 'approved') return personSaidNo(run, step, approval.kind);
  const { proof } = approval;
  const look = await verify(run);
  if (look.kind !== 'actionable') return leave(run, resultOf(run, look));
  if (uidOf(run) !== askedOf) return approvedForAnother(run, step);
  const renewal = { renews: run.lease?.requestId, approval: proof };
  const renewed = await permitFor(run, step, `${requestIdOf(run)}.approved`, renewal);
  if (renewed.kind !== 'granted') return renewed;
  // The guard may have held the step for long: the world and the time moved on meanwhile.
  if (uidOf(run) !== askedOf) return approvedForAnother(run, step);
  if (Date.now() < Date.parse(proof.expiresAt)) return renewed;
  tell(run, `the approval of ${step.action} ended while the guard held it; people are asked again`);
  await release(run, 'returned');
  return permission(run, step);
}

/** The yes was for one object. Another one needs another yes. */
function approvedForAnother(run: Run, step: PlannedStep): Promise<StepResult> {
  const detail = `${step.action} was approved for an object that is gone`;
  return leave(run, { kind: 'needsPerson', reason: 'targetReplaced', detail });
}

async function personSaidNo(
  run: Run,
  step: PlannedStep,
  reason: 'approvalRejected' | 'approvalExpired',
): Promise<StepResult> {
  const detail =
    reason === 'approvalRejected' ? `a person rejected ${step.action}` : `nobody approved ${step.action} in time`;
  tell(run, detail, { reason });
  return leave(run, { kind: 'needsPerson', reason, detail });
}

async function giveBack<T>(run: Run, answer: T): Promise<T> {
  await release(run, 'returned');
  return answer;
}

const leave = (run: Run, result: RunResult): Promise<StepResult> => giveBack<StepResult>(run, { kind: 'end', result });

async function becomesHealthy(run: VerifiedRun, step: PlannedStep, record: StepRecord): Promise<StepResult> {
  const { plan, status } = run;
  enter(run, 'AwaitingHealthy');
  waitFor(run, `the workload to be healthy for ${formatDuration(plan.stableForMs)}`, { ms: step.withinMs });
  const actedAtMs = Date.parse(record.finishedAt);
  const health = await proveHealth(run, {
    target: status.target,
    checks: plan.checks,
    ...labelsAsked(plan.checks, run.alert.labels),
    stableForMs: plan.stableForMs,
    withinMs: step.withinMs,
    ...(run.before && { before: run.before, actedAtMs: Date.parse(record.startedAt) }),
  });
  const tookMs = Date.now() - actedAtMs;
  record.detail = health.detail;
  const released = release(run, health.kind === 'healthy' ? 'healthy' : 'unhealthy', actedAtMs);
  if (health.kind === 'healthy') {
    record.result = 'kept';
    // Nothing more will be asked of the guard, so its answer is waited for at the end only.
    run.background.push(released);
    run.status.segments.actedToHealthyMs = tookMs;
    tell(run, `proven healthy after ${formatDuration(tookMs)}: ${health.detail}`);
    return { kind: 'end', result: { kind: 'remediated', by: step.action, tookMs } };
  }
  await released;
  if (health.kind === 'gone') {
    return { kind: 'end', result: { kind: 'notActionable', reason: 'targetGone', detail: health.detail } };
  }
  tell(run, `not healthy after ${step.action}: ${health.detail}`, {
    detail: { evidence: health.evidence.join('; ').slice(0, 500) },
  });
  return { kind: 'next', reason: 'ladderExhausted', detail: `not healthy after ${step.action}: ${health.detail}` };
}

/** What cannot be proven counts as unhealthy. */
async function proveHealth(run: Run, input: WaitForHealthyInput): Promise<Health> {
  try {
    return await run.cluster.waitForHealthy(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { kind: 'unhealthy', detail: `health could not be proven: ${rootMessage(error)}`, evidence: [] };
  }
}

const uidOf = ({ status: { target } }: VerifiedRun) => (target.pod ?? target.workload).uid;

/** A person's word on one step: yes, with the proof of it, no, or nothing in time, which means no. */
type Approval = { kind: 'approved'; proof: ApprovalProof } | { kind: 'approvalRejected' } | { kind: 'approvalExpired' };

/**
 * Asks people for exactly this step on exactly this object; the answer must carry the question's digest. The question stays
 * open over a continue-as-new.
 */
async function approvalFor(run: VerifiedRun, step: PlannedStep): Promise<Approval> {
  const open = run.status.question;
  const question = open ?? questionOf(run, step);
  const { askedAt, expiresAt, approvalsNeeded } = question;
  const leftMs = () => Math.max(1, Date.parse(expiresAt) - Date.now());
  run.status.question = question;
  enter(run, 'AwaitingApproval');
  waitFor(run, `${approvalsNeeded === 2 ? 'two people' : 'a person'} to approve ${step.action}`, { ms: leftMs() });
  if (open === undefined) askPeople(run, step);
  while (await condition(() => verdictOf(run) !== undefined || mustWake(run), leftMs())) {
    if (verdictOf(run) !== undefined) break;
    await continueIfLong(run);
  }
  const kind = verdictOf(run) ?? 'approvalExpired';
  delete run.status.question;
  delete run.answer;
  const waitedMs = Date.now() - Date.parse(askedAt);
  run.status.segments.awaitingApprovalMs = (run.status.segments.awaitingApprovalMs ?? 0) + waitedMs;
  if (kind !== 'approved') return { kind };
  return { kind, proof: { askedAt, expiresAt, approvalsNeeded, answers: run.approvals } };
}

function questionOf(run: VerifiedRun, step: PlannedStep): Question {
  const { approvalExpiresAfterMs, needsTwoPeople } = run.plan;
  const { action, params } = step;
  const expiresAt = new Date(Date.now() + approvalExpiresAfterMs).toISOString();
  const terms = { askedAt: nowIso(), expiresAt, approvalsNeeded: needsTwoPeople ? 2 : 1 };
  const asked = { ...run.id, policy: run.plan.policy, step, target: run.status.target, alert: alertFor(run) };
  return { digest: questionDigest(asked, terms), action, params, ...terms, approvedBy: [] };
}

function askPeople(run: VerifiedRun, { action }: PlannedStep): void {
  const { approvalExpiresAfterMs, escalation } = run.plan;
  run.approvals = [];
  delete run.answer;
  const atMost = formatDuration(approvalExpiresAfterMs);
  report(run, 'AwaitingApproval', `${action} waits for approval, at most ${atMost}`);
  const [level] = escalation;
  const receivers = level?.notify ?? [fallbackReceiver];
  notifyReceivers(run, receivers, { kind: 'approvalNeeded', level: 0, template: level?.message });
}

function verdictOf(run: Run): Approval['kind'] | undefined {
  if (run.answer?.verb === 'approve') return 'approved';
  return run.answer?.verb === 'reject' ? 'approvalRejected' : undefined;
}
