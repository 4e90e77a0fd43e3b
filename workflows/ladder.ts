import { isCancellation } from '@temporalio/workflow';
import type { Health, WaitForHealthyInput } from '../activities/contract.ts';
import type { PlannedStep } from '../domain/policy/policy.ts';
import { labelsAsked } from '../domain/policy/promql-placeholders.ts';
import { backoffMs } from '../domain/run/backoff.ts';
import type { StepRecord } from '../domain/run/outcome.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { act, refusedBefore } from './act.ts';
import { approvalFor } from './approval.ts';
import { type Ending, endingOf, type Rung } from './ending.ts';
import { rootMessage } from './people.ts';
import { asksPerson, isSpeaker, known, permitFor, release, untilDueOrResolved, withoutLeaseAfter } from './permit.ts';
import { enter, type Run, tell, waitFor } from './run.ts';
import { isInEffect } from './undo.ts';
import { verify } from './verify.ts';

/** A target that moves on under us is verified anew; not for ever. */
const triesPerStep = 3;
/** A disruption budget that says no is asked again after these times, until the step's own deadline. */
const blocked = { firstMs: 15_000, longestMs: 120_000 };

type Next = Extract<Rung, { kind: 'next' }>;

/** Takes the steps, mildest first, until the workload is healthy, a person is needed, or nothing is left to try. */
export async function climb(run: Run): Promise<Ending> {
  const { plan } = known(run);
  let last: Next | undefined;
  let larger: Next | undefined;
  // A run that continued as new goes on with the step that the guard held.
  const first = run.hold?.step ?? 0;
  for (const [index, step] of plan.steps.entries()) {
    if (index < first) continue;
    if (isInEffect(run, index)) {
      last = { kind: 'next', reason: 'ladderExhausted', detail: `${step.action} is in effect, and did not help` };
      continue;
    }
    run.status.currentStep = index;
    const rung = await withoutLeaseAfter(run, () => takeStep(run, step, index));
    if (rung.kind === 'end') return rung.ending;
    // That a later step does not fit says less than what came of the steps before it.
    if (last === undefined || rung.reason !== 'cannotHelp') last = rung;
    if (rung.incident !== undefined) larger ??= rung;
  }
  // Where nothing was done, the trouble that barred a step says more than why the last one was passed over.
  if (larger !== undefined && run.status.steps.length === 0) return barred(run, larger);
  return {
    kind: 'needsPerson',
    reason: last?.reason ?? 'ladderExhausted',
    detail: last?.detail ?? 'the policy has no step',
  };
}

/** Asks a person, unless another run does about the same trouble. */
function barred(run: Run, { reason, detail, incident }: Next): Ending {
  if (incident === undefined || isSpeaker(run, incident)) return { kind: 'needsPerson', reason, detail };
  return { kind: 'denied', reason, detail, spokenForBy: incident.speaker };
}

async function takeStep(run: Run, step: PlannedStep, index: number): Promise<Rung> {
  const blockedUntilMs = Date.now() + step.withinMs;
  let timesBlocked = 0;
  for (let changes = 0, isFresh = index === 0; changes < triesPerStep; isFresh = false) {
    // No step rests on an old look at the cluster; the first one comes straight from verifying.
    const assessment = isFresh ? undefined : await verify(run, index);
    if (assessment !== undefined && assessment.kind !== 'actionable') {
      return { kind: 'end', ending: endingOf(run, assessment) };
    }
    const refused = refusedBefore(run, step) ?? (await permission(run, step));
    if (refused !== undefined && refused.kind !== 'blocked') return refused;
    const acted = refused ?? (await act(run, step));
    if (acted.kind === 'acted') return becomesHealthy(run, step, acted.record);
    if (acted.kind === 'end' || acted.kind === 'next') return acted;
    if (acted.kind === 'changed') changes += 1;
    else if (Date.now() + blocked.firstMs > blockedUntilMs) return blockedForGood(acted.detail);
    else await waitBlocked(run, acted.detail, { tries: timesBlocked++, untilMs: blockedUntilMs });
  }
  return { kind: 'next', reason: 'stepFailed', detail: `the target of ${step.action} changed ${triesPerStep} times` };
}

const blockedForGood = (detail: string): Rung => ({
  kind: 'end',
  ending: { kind: 'needsPerson', reason: 'evictionBlocked', detail },
});

/** The last try comes a little before the deadline, so that it is not lost to the wait. */
async function waitBlocked(run: Run, detail: string, due: { tries: number; untilMs: number }): Promise<void> {
  enter(run, 'AwaitingPermit');
  const { tries, untilMs } = due;
  const ms = backoffMs({ ...blocked, tries, seed: `${run.id.runId}.${run.requests}` });
  await untilDueOrResolved(run, detail, Math.max(1_000, Math.min(ms, untilMs - Date.now())));
}

type Blocked = { kind: 'blocked'; detail: string };

/** The guard's word, and where the policy wants it a person's; undefined means go. */
async function permission(run: Run, step: PlannedStep): Promise<Rung | Blocked | undefined> {
  run.requests += 1;
  const requestId = `${run.id.runId}.${run.requests}`;
  const verifiedMs = Date.now();
  const permitted = await permitFor(run, step, requestId);
  if (permitted.kind !== 'granted') return refusal(run, permitted);
  run.status.segments.verifiedToPermittedMs ??= Date.now() - verifiedMs;
  if (!asksPerson(run, step)) return undefined;
  // While the guard held the step, another look may have found that it cannot be done.
  const refused = refusedBefore(run, step);
  if (refused !== undefined) return giveBack(run, refused);

  const askedOf = uidOf(run);
  const approval = await approvalFor(run, step);
  if (approval.kind !== 'approved') return personSaidNo(run, step, approval.kind);
  const { proof } = approval;
  const assessment = await verify(run);
  if (assessment.kind !== 'actionable') return leave(run, endingOf(run, assessment));
  if (uidOf(run) !== askedOf) return approvedForAnother(run, step);
  const renewal = { renews: run.lease?.requestId, approval: proof };
  const renewed = await permitFor(run, step, `${requestId}.approved`, renewal);
  if (renewed.kind !== 'granted') return refusal(run, renewed);
  // The guard may have held the step for long: the world and the time moved on meanwhile.
  if (uidOf(run) !== askedOf) return approvedForAnother(run, step);
  if (Date.now() < Date.parse(proof.expiresAt)) return undefined;
  tell(run, `the approval of ${step.action} ended while the guard held it; people are asked again`);
  await release(run, 'returned');
  return permission(run, step);
}

/** The yes was for one object. Another one needs another yes. */
function approvedForAnother(run: Run, step: PlannedStep): Promise<Rung> {
  const detail = `${step.action} was approved for an object that is gone`;
  return leave(run, { kind: 'needsPerson', reason: 'targetReplaced', detail });
}

function refusal(run: Run, permission: Exclude<Awaited<ReturnType<typeof permitFor>>, { kind: 'granted' }>): Rung {
  if (permission.kind === 'changed') return { kind: 'end', ending: endingOf(run, permission.assessment) };
  const { reason, detail, holder, incident, lookAgainAtMs, next } = permission.verdict;
  if (reason === 'leasedByAnotherRun' && holder !== undefined)
    return { kind: 'end', ending: { kind: 'merged', holder } };
  // What this step may not do, or cannot cure, a stronger one may.
  if (next === 'nextStep') return { kind: 'next', reason, detail, ...(incident && { incident }) };
  const until = lookAgainAtMs === undefined ? {} : { lookAgainAtMs };
  if (isSpeaker(run, incident)) return { kind: 'end', ending: { kind: 'needsPerson', reason, detail, ...until } };
  const spokenFor = incident === undefined ? {} : { spokenForBy: incident.speaker };
  const quietly = next === 'endQuietly' ? { isQuiet: true as const } : {};
  return { kind: 'end', ending: { kind: 'denied', reason, detail, ...spokenFor, ...quietly, ...until } };
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

async function giveBack<T>(run: Run, answer: T): Promise<T> {
  await release(run, 'returned');
  return answer;
}

const leave = (run: Run, ending: Ending): Promise<Rung> => giveBack<Rung>(run, { kind: 'end', ending });

async function becomesHealthy(run: Run, step: PlannedStep, record: StepRecord): Promise<Rung> {
  const { plan, target } = known(run);
  enter(run, 'AwaitingHealthy');
  waitFor(run, `the workload to be healthy for ${formatDuration(plan.stableForMs)}`, { ms: step.withinMs });
  const actedAtMs = Date.parse(record.finishedAt);
  const health = await proveHealth(run, {
    target,
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
    return { kind: 'end', ending: { kind: 'remediated', by: step.action, tookMs } };
  }
  await released;
  if (health.kind === 'gone') {
    return { kind: 'end', ending: { kind: 'notActionable', reason: 'targetGone', detail: health.detail } };
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

const uidOf = (run: Run) => (run.status.target?.pod ?? run.status.target?.workload)?.uid;
