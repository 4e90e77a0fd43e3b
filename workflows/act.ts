import { isCancellation } from '@temporalio/workflow';
import type { PlannedStep } from '../domain/policy/policy.ts';
import type { ErrorCode } from '../domain/run/errors.ts';
import type { StepRecord } from '../domain/run/outcome.ts';
import { reasonOf, unfit } from '../domain/run/refusals.ts';
import { type ObjectRef, targetLabel } from '../domain/target/target.ts';
import { codeOf, rootMessage } from './failure.ts';
import { asksPerson, release } from './permit.ts';
import { enter, nowIso, record, tell, waitFor } from './progress.ts';
import type { Blocked, StepResult } from './result.ts';
import { alertFor, type Begun, tokenOf, type VerifiedRun } from './state.ts';

/** What came of an act; `changed` and `blocked` mean that nothing was done and the step may be tried again. */
export type Acted = { kind: 'acted'; record: StepRecord } | { kind: 'changed' } | Blocked | StepResult;

/** Takes one step under the lease that is held; the lease goes back where nothing was done. */
export async function act(run: VerifiedRun, step: PlannedStep): Promise<Acted> {
  const { plan } = run;
  const { target } = run.status;
  enter(run, 'Remediating');
  waitFor(run, `${step.action} on ${targetLabel(target)}`);
  const startedAt = nowIso();
  const startedMs = Date.now();
  const token = tokenOf(run);
  const ticket = run.lease?.ticket;
  const begun: Begun = {
    target,
    policy: plan.policy,
    step,
    token,
    index: run.status.currentStep ?? 0,
    ...(ticket && { ticket }),
  };
  if (step.canUndo) run.begun.push(begun);
  try {
    const about = { target, policy: plan.policy, step, token, alert: alertFor(run) };
    const result = await run.cluster.remediate({ ...about, ...(ticket && { ticket }), dryRun: false });
    run.status.segments.permittedToActedMs ??= Date.now() - startedMs;
    tell(run, result.summary);
    const taken: StepRecord = {
      action: step.action,
      summary: result.summary,
      startedAt,
      finishedAt: nowIso(),
      result: 'unhealthy',
      effect: step.canUndo ? 'kept' : 'irreversible',
    };
    begun.startedAt = startedAt;
    record(run, taken);
    if (result.successor !== undefined) follow(run, result.successor);
    return { kind: 'acted', record: taken };
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (neverBegan.includes(codeOf(error))) run.begun = run.begun.filter((other) => other !== begun);
    return failedAct(run, step, { error, startedAt });
  }
}

/** From now on the run is about the object that took the target's place. */
function follow(run: VerifiedRun, workload: ObjectRef): void {
  const { pod: _, ...rest } = run.status.target;
  run.status.target = { ...rest, workload };
}

/** What a failed act means: the world moved on, the step does not fit, it is forbidden, or nobody knows. */
async function failedAct(
  run: VerifiedRun,
  step: PlannedStep,
  failed: { error: unknown; startedAt: string },
): Promise<Acted> {
  const code = codeOf(failed.error);
  const detail = `${step.action}: ${rootMessage(failed.error)}`;
  tell(run, detail, { reason: reasonOf(code), detail: { code } });
  if (movedOn.includes(code)) {
    await release(run, 'returned');
    return { kind: 'changed' };
  }
  // A person's yes is for once: asking them every quarter of a minute would teach them not to look.
  if (code === 'EVICTION_BLOCKED' && !asksPerson(run, step)) {
    await release(run, 'returned');
    return { kind: 'blocked', detail };
  }
  record(run, {
    action: step.action,
    summary: detail,
    startedAt: failed.startedAt,
    finishedAt: nowIso(),
    result: 'failed',
    detail: code,
  });
  // Refused outright means nothing happened; anything else may have happened, and counts as an act.
  const isRefused = unfit.includes(code) || refusals.includes(code);
  await (isRefused ? release(run, 'returned') : release(run, 'unhealthy', Date.now()));
  return resultOfFailure(code, detail);
}

function resultOfFailure(code: ErrorCode, detail: string): StepResult {
  const reason = reasonOf(code);
  return unfit.includes(code)
    ? { kind: 'next', reason, detail }
    : { kind: 'end', result: { kind: 'needsPerson', reason, detail } };
}

/** What a dry run said of the step that a person would be asked about; undefined: it could be done, as far as is known. */
export function refusedBefore(run: VerifiedRun, step: PlannedStep): StepResult | Blocked | undefined {
  const { refused } = run.observed;
  if (refused === undefined || refused.step !== run.plan.steps.indexOf(step) || !asksPerson(run, step))
    return undefined;
  const { code, detail } = refused;
  if (code === 'EVICTION_BLOCKED') return { kind: 'blocked', detail };
  tell(run, `nobody is asked: ${detail}`, { reason: reasonOf(code), detail: { code } });
  return resultOfFailure(code, detail);
}

/** Nothing was done, and a new look at the cluster says what is to be done now. */
const movedOn: readonly ErrorCode[] = [
  'TARGET_GONE',
  'TARGET_REPLACED',
  'FAULT_GONE',
  'LEASE_EXPIRED',
  'PAUSED',
  'NOT_ALLOWED',
];
const refusals: readonly ErrorCode[] = [
  'EVICTION_BLOCKED',
  'BUDGETS_CONFLICT',
  'PERMISSION_DENIED',
  'CREDENTIALS_REFUSED',
  'ADMISSION_REFUSED',
  'ADMISSION_UNAVAILABLE',
  'TICKET_INVALID',
  'POLICY_CHANGED',
];
const neverBegan: readonly ErrorCode[] = [...movedOn, ...refusals, ...unfit];
