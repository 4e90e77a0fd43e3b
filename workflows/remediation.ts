import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { isRehearsal } from '../domain/policy/plan.ts';
import type { RemediationReport } from '../domain/run/outcome.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { codeOf } from './act.ts';
import { glance } from './activity-options.ts';
import { close } from './closing.ts';
import { isContinuing } from './continue.ts';
import { joinConversation } from './conversation.ts';
import { type Closing, type Ending, endingOf, isGone, type NeedsPerson } from './ending.ts';
import { handOver } from './escalation.ts';
import { spokenForBy } from './incident.ts';
import { climb } from './ladder.ts';
import { openMailbox } from './mailbox.ts';
import { goOnSending, rootMessage } from './people.ts';
import { rehearse } from './rehearsal.ts';
import { openRun, type RemediationInput, type Run, tell } from './run.ts';
import { hasToTakeBack, takeBack } from './undo.ts';
import { verify } from './verify.ts';

/**
 * The runbook of one alert: verify that the fault is there, take the mildest step that the guard permits, prove that
 * the workload is healthy, climb to the next step if it is not, and ask a person when automation should stop.
 */
export async function remediation(input: RemediationInput): Promise<RemediationReport> {
  const run = openRun(input);
  openMailbox(run);
  const ending = await untilStopped(run, () => drive(run, input));
  return CancellationScope.nonCancellable(() => close(run, ending));
}

async function drive(run: Run, { carried }: RemediationInput): Promise<Closing> {
  if (carried !== undefined) goOnSending(run);
  else {
    const refused = await glanceAtGuard(run);
    if (refused !== undefined) return refused;
  }
  // A run that was escalated when it continued as new goes on there.
  const escalated = run.status.phase === 'Escalated' ? run.escalation?.why : undefined;
  let ended = escalated ?? (await tryToHeal(run));
  for (;;) {
    await settle(run, ended);
    if (!needsPerson(run, ended)) return ended;
    const why: NeedsPerson = { ...ended, kind: 'needsPerson' };
    const speaker = ended === escalated ? undefined : await joinConversation(run, why);
    if (speaker !== undefined) return { kind: 'merged', holder: speaker };
    const answer = await handOver(run, why);
    if (answer !== 'retry') {
      await settle(run, answer);
      return answer;
    }
    ended = await tryAnew(run);
  }
}

/** While a pause or a storm is on, nothing else has to be looked at. */
async function glanceAtGuard(run: Run): Promise<Closing | undefined> {
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
async function tryAnew(run: Run): Promise<Ending> {
  const { plan } = run;
  delete run.plan;
  const ended = await tryToHeal(run);
  // Without a new one, who is told stays as it was.
  if (plan !== undefined) run.plan ??= plan;
  return ended;
}

async function tryToHeal(run: Run): Promise<Ending> {
  try {
    const assessment = await verify(run, run.hold?.step ?? 0);
    if (assessment.kind !== 'actionable') return endingOf(run, assessment);
    return await (isRehearsal(assessment.plan.mode) ? rehearse(run) : climb(run));
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

/** Before anybody is asked, and before the run ends: nothing stays that the policy wants taken back. */
function settle(run: Run, { kind }: Ending): Promise<void> {
  const isHealed = kind === 'remediated' || kind === 'recovered';
  return CancellationScope.nonCancellable(() => takeBack(run, { isHealed }));
}

/**
 * Denials that are nobody's emergency end a run that has done nothing; after an act, or out of attempts, a person is asked.
 * So is one where something stays in effect until the workload is healthy: nobody else would take that back.
 */
function needsPerson(
  run: Run,
  ending: Ending,
): ending is Extract<Ending, { kind: 'needsPerson' | 'denied' | 'notActionable' }> {
  if (ending.kind === 'needsPerson') return true;
  if (ending.kind === 'denied' || ending.kind === 'notActionable') {
    if (hasToTakeBack(run) && !isGone(ending.reason)) return true;
  }
  if (ending.kind !== 'denied' || ending.spokenForBy !== undefined) return false;
  return run.status.steps.length > 0 || ending.isQuiet !== true;
}

/** Runs the work so that abort and take over interrupt it wherever it is. */
async function untilStopped(run: Run, work: () => Promise<Closing>): Promise<Closing> {
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
    await CancellationScope.nonCancellable(() => takeBack(run, { isHealed: false }));
    return stopped(run, wasEscalated);
  }
}

function stopped(run: Run, wasEscalated: boolean): Closing {
  const { stop } = run;
  const reason = stop?.verb === 'takeOver' ? 'takenOver' : 'aborted';
  const who = stop?.message.who ?? 'a cancel request to Temporal';
  const note = stop?.message.note === undefined ? '' : `: ${stop.message.note}`;
  const detail = `${reason === 'takenOver' ? 'taken over' : 'aborted'} by ${who}${note}`;
  return { kind: wasEscalated ? 'escalated' : 'aborted', reason, detail };
}
