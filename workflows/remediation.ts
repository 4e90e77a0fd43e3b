import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { isRehearsal } from '../domain/policy/plan.ts';
import type { RemediationReport } from '../domain/run/outcome.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { glance } from './activities.ts';
import { close } from './close.ts';
import { joinConversation, spokenForBy } from './conversation.ts';
import { handOver } from './escalate.ts';
import { codeOf, isContinuing, rootMessage } from './failure.ts';
import { setHandlers } from './handlers.ts';
import { goOnSending } from './notify.ts';
import { observe } from './observe.ts';
import { tell } from './progress.ts';
import { type FinalResult, isGone, type NeedsPerson, outOfSteps, type RunResult, resultOf } from './result.ts';
import { askingRun, isAsking, openRun, type RemediationInput, type Run, type VerifiedRun } from './state.ts';
import { takeStep } from './step.ts';
import { hasToUndo, undoSteps } from './undo.ts';
import { verify } from './verify.ts';

/**
 * The runbook of one alert: verify that the fault is there, take the mildest step that the guard permits, prove that
 * the workload is healthy, take the next step if it is not, and ask a person when automation should stop.
 */
export async function remediation(input: RemediationInput): Promise<RemediationReport> {
  const run = openRun(input);
  setHandlers(run);
  const result = await untilStopped(run, () => drive(run, input));
  return CancellationScope.nonCancellable(() => close(run, result));
}

async function drive(run: Run, { carried }: RemediationInput): Promise<FinalResult> {
  if (carried !== undefined) goOnSending(run);
  else {
    const refused = await glanceAtGuard(run);
    if (refused !== undefined) return refused;
  }
  // A run that was escalated when it continued as new goes on there.
  const escalated = run.status.phase === 'Escalated' ? run.escalation?.why : undefined;
  let ended = escalated ?? (await tryToHeal(run));
  for (;;) {
    await undoBeforeEnd(run, ended);
    if (!needsPerson(run, ended)) return ended;
    const why: NeedsPerson = { ...ended, kind: 'needsPerson' };
    const speaker = ended === escalated ? undefined : await joinConversation(run, why);
    if (speaker !== undefined) return { kind: 'merged', holder: speaker };
    const answer = await handOver(run, why);
    if (answer !== 'retry') {
      await undoBeforeEnd(run, answer);
      return answer;
    }
    ended = await tryAnew(run);
  }
}

/** Verifies and takes the steps. Where the cluster cannot be read, a person is asked. */
async function tryToHeal(run: Run): Promise<RunResult> {
  try {
    const asking = askingRun(run);
    if (asking !== undefined) return await runSteps(asking);
    const look = await verify(run, firstStep(run));
    if (look.kind !== 'actionable') return resultOf(run, look);
    return await (isRehearsal(look.run.plan.mode) ? observe(look.run) : runSteps(look.run));
  } catch (error) {
    if (isCancellation(error) || isContinuing(error)) throw error;
    // Unreadable means no act; it also means that nobody but a person can say what is going on.
    const reason: Reason = codeOf(error) === 'INTERNAL' ? 'internalError' : 'clusterUnavailable';
    tell(run, rootMessage(error), { reason });
    // A run that has acted stays open until it has seen what came of it.
    const speaker = run.status.steps.length > 0 ? undefined : await spokenForBy(run, reason);
    const why = { reason, detail: rootMessage(error) };
    return speaker === undefined ? { kind: 'needsPerson', ...why } : { kind: 'denied', ...why, spokenForBy: speaker };
  }
}

/** Takes the steps, mildest first, until the workload is healthy, a person is needed, or nothing is left to try. */
async function runSteps(run: VerifiedRun): Promise<RunResult> {
  const first = firstStep(run);
  const passed = first === 0 ? [] : (run.passed ?? []);
  run.passed = passed;
  for (const [index, step] of run.plan.steps.entries()) {
    if (index < first) continue;
    const result = await takeStep(run, step, index);
    if (result.kind === 'end') return result.result;
    passed.push(result);
  }
  return outOfSteps(run, passed);
}

/** A run that continued as new goes on with the step that the guard held, or about which a person is asked. */
const firstStep = (run: Run): number => run.hold?.step ?? (isAsking(run) ? (run.status.currentStep ?? 0) : 0);

/** While a pause or a storm is on, nothing else has to be looked at. */
async function glanceAtGuard(run: Run): Promise<FinalResult | undefined> {
  try {
    const seen = await glance({ alert: run.alert });
    return seen.kind === 'goOn' ? undefined : { kind: 'denied', reason: seen.reason, detail: seen.detail };
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The guard itself will be asked before anything is done.
    return undefined;
  }
}

/** A person's retry follows the policy in force: what it was when the run began may not be allowed any more. */
async function tryAnew(run: Run): Promise<RunResult> {
  const { plan } = run;
  delete run.plan;
  const ended = await tryToHeal(run);
  // Without a new one, who is told stays as it was.
  if (plan !== undefined) run.plan ??= plan;
  return ended;
}

/** Before anybody is asked, and before the run ends: nothing stays that the policy wants taken back. */
function undoBeforeEnd(run: Run, { kind }: RunResult): Promise<void> {
  const isHealed = kind === 'remediated' || kind === 'recovered';
  return CancellationScope.nonCancellable(() => undoSteps(run, { isHealed }));
}

/**
 * Denials that are nobody's emergency end a run that has done nothing; after an act, or out of attempts, a person is asked.
 * So is one where something stays in effect until the workload is healthy: nobody else would take that back.
 */
function needsPerson(
  run: Run,
  result: RunResult,
): result is Extract<RunResult, { kind: 'needsPerson' | 'denied' | 'notActionable' }> {
  if (result.kind === 'needsPerson') return true;
  if (result.kind === 'denied' || result.kind === 'notActionable') {
    if (hasToUndo(run) && !isGone(result.reason)) return true;
  }
  if (result.kind !== 'denied' || result.spokenForBy !== undefined) return false;
  return run.status.steps.length > 0 || result.isQuiet !== true;
}

/** Runs the work so that abort and take over interrupt it wherever it is. */
async function untilStopped(run: Run, work: () => Promise<FinalResult>): Promise<FinalResult> {
  try {
    const ended = await run.scope.run(work);
    // A stop that was taken in the last moment takes effect.
    return run.stop === undefined ? ended : stopped(run, run.status.phase === 'Escalated');
  } catch (error) {
    // What was under way when a person stopped the run may fail in the same moment; the stop takes effect all the same.
    if (!isCancellation(error)) {
      if (run.stop === undefined) throw error;
      if (!isContinuing(error)) tell(run, `what was under way failed: ${rootMessage(error)}`);
    }
    const wasEscalated = run.status.phase === 'Escalated';
    await CancellationScope.nonCancellable(() => undoSteps(run, { isHealed: false }));
    return stopped(run, wasEscalated);
  }
}

function stopped(run: Run, wasEscalated: boolean): FinalResult {
  const { stop } = run;
  const reason = stop?.verb === 'takeOver' ? 'takenOver' : 'aborted';
  const who = stop?.message.who ?? 'a cancel request to Temporal';
  const note = stop?.message.note === undefined ? '' : `: ${stop.message.note}`;
  const detail = `${reason === 'takenOver' ? 'taken over' : 'aborted'} by ${who}${note}`;
  return { kind: wasEscalated ? 'escalated' : 'aborted', reason, detail };
}
