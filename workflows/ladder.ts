import { ActivityFailure, ApplicationFailure, isCancellation, sleep, TimeoutFailure } from '@temporalio/workflow';
import type { Health, WaitForHealthyInput } from '../activities/contract.ts';
import type { Assessment } from '../domain/assessment.ts';
import { formatDuration } from '../domain/duration.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { StepRecord } from '../domain/outcome.ts';
import type { PlannedStep } from '../domain/policy.ts';
import type { Reason } from '../domain/reasons.ts';
import { targetLabel } from '../domain/target.ts';
import { approvalFor } from './approval.ts';
import type { Ending } from './ending.ts';
import { rootMessage } from './people.ts';
import { known, permitFor, release } from './permit.ts';
import { enter, nowIso, type Run, tell, waitFor } from './run.ts';
import { verify } from './verify.ts';

/** What came of one rung: the run ends, or the next rung is tried, and why. */
type Rung = { kind: 'end'; ending: Ending } | { kind: 'next'; reason: Reason; detail: string };

/** A target that moves on under us is verified anew; not for ever. */
const triesPerStep = 3;
/** A disruption budget that says no is asked again this often, until the step's own deadline. */
const blockedRetryMs = 15_000;

/** Takes the steps, mildest first, until the workload is healthy, a person is needed, or nothing is left to try. */
export async function climb(run: Run): Promise<Ending> {
  const { plan } = known(run);
  let last: Extract<Rung, { kind: 'next' }> | undefined;
  for (const [index, step] of plan.steps.entries()) {
    run.status.currentStep = index;
    const rung = await takeStep(run, step, index);
    if (rung.kind === 'end') return rung.ending;
    last = rung;
  }
  return {
    kind: 'needsPerson',
    reason: last?.reason ?? 'ladderExhausted',
    detail: last?.detail ?? 'the policy has no step',
  };
}

async function takeStep(run: Run, step: PlannedStep, index: number): Promise<Rung> {
  const blockedUntilMs = Date.now() + step.withinMs;
  for (let changes = 0, isFresh = index === 0; changes < triesPerStep; isFresh = false) {
    // No step rests on an old look at the cluster; the first one comes straight from verifying.
    const assessment = isFresh ? undefined : await verify(run);
    if (assessment !== undefined && assessment.kind !== 'actionable') {
      return { kind: 'end', ending: endingOf(run, assessment) };
    }
    const refused = await permission(run, step, `${run.id.runId}.${run.status.verdicts.length}`);
    if (refused !== undefined) return refused;
    const acted = await act(run, step, index);
    if (acted.kind === 'acted') return becomesHealthy(run, step, acted.record);
    if (acted.kind === 'end' || acted.kind === 'next') return acted;
    if (acted.kind === 'changed') changes += 1;
    else if (Date.now() + blockedRetryMs > blockedUntilMs) return blockedForGood(acted.detail);
    else await sleepBlocked(run, acted.detail);
  }
  return { kind: 'next', reason: 'stepFailed', detail: `the target of ${step.action} changed ${triesPerStep} times` };
}

const blockedForGood = (detail: string): Rung => ({
  kind: 'end',
  ending: { kind: 'needsPerson', reason: 'evictionBlocked', detail },
});

async function sleepBlocked(run: Run, detail: string): Promise<void> {
  enter(run, 'AwaitingPermit');
  waitFor(run, detail, { ms: blockedRetryMs });
  await sleep(blockedRetryMs);
}

/** The guard's word, and where the policy wants it a person's; undefined means go. */
async function permission(run: Run, step: PlannedStep, requestId: string): Promise<Rung | undefined> {
  const verifiedMs = Date.now();
  const permission = await permitFor(run, step, requestId);
  if (permission.kind !== 'granted') return refusal(run, permission);
  run.status.segments.verifiedToPermittedMs ??= Date.now() - verifiedMs;
  if (step.approval !== 'Required') return undefined;

  const askedOf = uidOf(run);
  const approval = await approvalFor(run, step);
  if (approval !== 'approved') return personSaidNo(run, step, approval);
  const assessment = await verify(run);
  if (assessment.kind !== 'actionable') return leave(run, endingOf(run, assessment));
  // The yes was for one object. Another one needs another yes.
  if (uidOf(run) !== askedOf)
    return leave(run, {
      kind: 'needsPerson',
      reason: 'targetReplaced',
      detail: `${step.action} was approved for an object that is gone`,
    });
  const renewed = await permitFor(run, step, `${requestId}.approved`, run.lease?.requestId);
  return renewed.kind === 'granted' ? undefined : refusal(run, renewed);
}

function refusal(run: Run, permission: Exclude<Awaited<ReturnType<typeof permitFor>>, { kind: 'granted' }>): Rung {
  if (permission.kind === 'changed') return { kind: 'end', ending: endingOf(run, permission.assessment) };
  const { reason, detail, holder } = permission.verdict;
  if (reason === 'leasedByAnotherRun' && holder !== undefined)
    return { kind: 'end', ending: { kind: 'merged', holder } };
  // A milder step that would take the last ready pod away may be followed by one that would not.
  if (reason === 'tooFewReady') return { kind: 'next', reason, detail };
  return { kind: 'end', ending: { kind: 'denied', reason, detail } };
}

async function personSaidNo(
  run: Run,
  step: PlannedStep,
  reason: 'approvalRejected' | 'approvalExpired',
): Promise<Rung> {
  const detail =
    reason === 'approvalRejected' ? `a person rejected ${step.action}` : `nobody approved ${step.action} in time`;
  tell(run, detail, { reason });
  return leave(run, { kind: 'needsPerson', reason, detail });
}

async function leave(run: Run, ending: Ending): Promise<Rung> {
  await release(run, 'returned');
  return { kind: 'end', ending };
}

type Acted = { kind: 'acted'; record: StepRecord } | { kind: 'changed' } | { kind: 'blocked'; detail: string } | Rung;

async function act(run: Run, step: PlannedStep, index: number): Promise<Acted> {
  const { plan, target } = known(run);
  enter(run, 'Remediating');
  waitFor(run, `${step.action} on ${targetLabel(target)}`);
  const startedAt = nowIso();
  const startedMs = Date.now();
  const token = `${run.id.runId}.${index}.${run.status.steps.length}`;
  const notAfterMs = run.lease?.expiresAtMs ?? 0;
  try {
    const result = await run.cluster.remediate({ target, step, checks: plan.checks, token, notAfterMs, dryRun: false });
    run.status.segments.permittedToActedMs ??= Date.now() - startedMs;
    tell(run, result.summary);
    const record: StepRecord = {
      action: step.action,
      summary: result.summary,
      startedAt,
      finishedAt: nowIso(),
      result: 'unhealthy',
    };
    run.status.steps.push(record);
    return { kind: 'acted', record };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return failedAct(run, step, { error, startedAt });
  }
}

/** What a failed act means: the world moved on, the step does not fit, it is forbidden, or nobody knows. */
async function failedAct(run: Run, step: PlannedStep, failed: { error: unknown; startedAt: string }): Promise<Acted> {
  const code = codeOf(failed.error);
  const detail = `${step.action}: ${rootMessage(failed.error)}`;
  tell(run, detail, { reason: failures[code] ?? 'stepFailed', detail: { code } });
  if (code === 'TARGET_GONE' || code === 'TARGET_REPLACED' || code === 'FAULT_GONE' || code === 'LEASE_EXPIRED') {
    await release(run, 'returned');
    return { kind: 'changed' };
  }
  // A person's yes is for once: asking them every quarter of a minute would teach them not to look.
  if (code === 'EVICTION_BLOCKED' && step.approval === 'None') {
    await release(run, 'returned');
    return { kind: 'blocked', detail };
  }
  run.status.steps.push({
    action: step.action,
    summary: detail,
    startedAt: failed.startedAt,
    finishedAt: nowIso(),
    result: 'failed',
    detail: code,
  });
  if (code === 'NOT_APPLICABLE') {
    await release(run, 'returned');
    return { kind: 'next', reason: 'stepFailed', detail };
  }
  // Refused outright means nothing happened; anything else may have happened, and counts as an act.
  const isRefused = refusals.includes(code);
  await (isRefused ? release(run, 'returned') : release(run, 'unhealthy', Date.now()));
  return { kind: 'end', ending: { kind: 'needsPerson', reason: failures[code] ?? 'stepFailed', detail } };
}

const refusals: readonly ErrorCode[] = ['EVICTION_BLOCKED', 'BUDGETS_CONFLICT', 'PERMISSION_DENIED'];

const failures: Partial<Record<ErrorCode, Reason>> = {
  TARGET_GONE: 'targetGone',
  TARGET_REPLACED: 'targetReplaced',
  FAULT_GONE: 'faultGone',
  LEASE_EXPIRED: 'leaseLost',
  EVICTION_BLOCKED: 'evictionBlocked',
  BUDGETS_CONFLICT: 'evictionBlocked',
  PERMISSION_DENIED: 'permissionDenied',
  CLUSTER_UNAVAILABLE: 'clusterUnavailable',
};

/** The catalogue's code of an activity's failure; INTERNAL for anything that has none. */
export function codeOf(error: unknown): ErrorCode {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  // No worker of the cluster took the work, or none finished it, in all the time it had.
  if (cause instanceof TimeoutFailure) return 'CLUSTER_UNAVAILABLE';
  return cause instanceof ApplicationFailure && cause.type ? (cause.type as ErrorCode) : 'INTERNAL';
}

async function becomesHealthy(run: Run, step: PlannedStep, record: StepRecord): Promise<Rung> {
  const { plan, target } = known(run);
  enter(run, 'AwaitingHealthy');
  waitFor(run, `the workload to be healthy for ${formatDuration(plan.stableForMs)}`, { ms: step.withinMs });
  const actedAtMs = Date.parse(record.finishedAt);
  const health = await proveHealth(run, {
    target,
    checks: plan.checks,
    stableForMs: plan.stableForMs,
    withinMs: step.withinMs,
  });
  const tookMs = Date.now() - actedAtMs;
  record.detail = health.detail;
  const released = release(run, health.kind, actedAtMs);
  if (health.kind === 'healthy') {
    record.result = 'kept';
    // Nothing more will be asked of the guard, so its answer is waited for at the end only.
    run.background.push(released);
    run.status.segments.actedToHealthyMs = tookMs;
    tell(run, `proven healthy after ${formatDuration(tookMs)}: ${health.detail}`);
    return { kind: 'end', ending: { kind: 'remediated', by: step.action, tookMs } };
  }
  await released;
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

/** How the run ends when there is no verified fault to act on any more. */
export function endingOf(run: Run, assessment: Exclude<Assessment, { kind: 'actionable' }>): Ending {
  const { reason, detail } = assessment;
  const acted = run.status.steps.findLast((step) => step.result === 'unhealthy');
  if (assessment.kind === 'recovered') {
    return { kind: 'recovered', reason, detail: acted === undefined ? detail : `${detail}, after ${acted.action}` };
  }
  // We touched it, and it is neither ill as before nor proven healthy: that is a person's case.
  if (acted !== undefined && reason === 'faultGone') {
    return { kind: 'needsPerson', reason: 'ladderExhausted', detail: `after ${acted.action}: ${detail}` };
  }
  return { kind: 'notActionable', reason, detail };
}

const uidOf = (run: Run) => (run.target?.pod ?? run.target?.workload)?.uid;
