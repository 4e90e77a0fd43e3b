import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { PlannedStep } from '../domain/policy/policy.ts';
import type { ErrorCode } from '../domain/run/errors.ts';
import type { StepRecord } from '../domain/run/outcome.ts';
import { reasonOf, unfit } from '../domain/run/refusals.ts';
import { type ObjectRef, targetLabel } from '../domain/target/target.ts';
import type { Rung } from './ending.ts';
import { rootMessage } from './people.ts';
import { asksPerson, known, release } from './permit.ts';
import { alertFor, type Begun, enter, nowIso, type Run, record, tell, tokenOf, waitFor } from './run.ts';

/** What came of an act; `changed` and `blocked` mean that nothing was done and the step may be tried again. */
export type Acted =
  | { kind: 'acted'; record: StepRecord }
  | { kind: 'changed' }
  | { kind: 'blocked'; detail: string }
  | Rung;

/** Takes one step under the lease that is held; the lease goes back where nothing was done. */
export async function act(run: Run, step: PlannedStep): Promise<Acted> {
  const { plan, target } = known(run);
  enter(run, 'Remediating');
  waitFor(run, `${step.action} on ${targetLabel(target)}`);
  const startedAt = nowIso();
  const startedMs = Date.now();
  const token = tokenOf(run);
  const ticket = run.lease?.ticket;
  const begun: Begun = { target, step, token, index: run.status.currentStep ?? 0, ...(ticket && { ticket }) };
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
function follow(run: Run, workload: ObjectRef): void {
  const { target } = known(run);
  const { pod: _, ...rest } = target;
  run.status.target = { ...rest, workload };
}

/** What a failed act means: the world moved on, the step does not fit, it is forbidden, or nobody knows. */
async function failedAct(run: Run, step: PlannedStep, failed: { error: unknown; startedAt: string }): Promise<Acted> {
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
  return failedRung(code, detail);
}

function failedRung(code: ErrorCode, detail: string): Rung {
  const reason = reasonOf(code);
  return unfit.includes(code)
    ? { kind: 'next', reason, detail }
    : { kind: 'end', ending: { kind: 'needsPerson', reason, detail } };
}

/** What a dry run said of the step that a person would be asked about; undefined: it could be done, as far as is known. */
export function refusedBefore(run: Run, step: PlannedStep): Rung | { kind: 'blocked'; detail: string } | undefined {
  const { plan, refused } = known(run);
  if (refused === undefined || refused.step !== plan.steps.indexOf(step) || !asksPerson(run, step)) return undefined;
  const { code, detail } = refused;
  if (code === 'EVICTION_BLOCKED') return { kind: 'blocked', detail };
  tell(run, `nobody is asked: ${detail}`, { reason: reasonOf(code), detail: { code } });
  return failedRung(code, detail);
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

const isUntaken = ({ activityType, cause }: ActivityFailure) =>
  activityType === 'remediate' && cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';

/** The catalogue's code of an activity's failure; INTERNAL for anything that has none. */
export function codeOf(error: unknown): ErrorCode {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  // An act that no worker took in time never began: its permit has ended (activity-options.ts).
  if (error instanceof ActivityFailure && isUntaken(error)) return 'LEASE_EXPIRED';
  // No worker of the cluster took the work, or none finished it, in all the time it had.
  if (cause instanceof TimeoutFailure) return 'CLUSTER_UNAVAILABLE';
  return cause instanceof ApplicationFailure && cause.type ? (cause.type as ErrorCode) : 'INTERNAL';
}
