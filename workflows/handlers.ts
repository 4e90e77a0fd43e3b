import { ApplicationFailure, isCancellation, log, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { hearFiring, hearResolved, isNextEpisode } from '../domain/alert/episode.ts';
import { type HumanMessage, type HumanMessageName, humanMessages } from '../domain/run/contract.ts';
import { alertNewsIn, humanMessageIn, joinedIn, takenAnswer } from '../domain/run/messages.ts';
import type { Question } from '../domain/run/status.ts';
import { passesByItself } from '../domain/run/way-back.ts';
import { verifyApproval } from './activities.ts';
import { noteLength } from './close.ts';
import { rootMessage } from './failure.ts';
import * as messages from './messages.ts';
import { tell } from './progress.ts';
import type { Run } from './state.ts';

/** How many joined alerts a run keeps. */
const joinedKept = 20;
/** A repeat of a message comes soon. */
const messageIdsKept = 200;

/**
 * Lets the run hear: the intake, the guard, other runs, and people. Whoever can write to Temporal can send anything, so
 * every handler reads its argument first; what is no message is logged, never fatal.
 */
export function setHandlers(run: Run): void {
  setHandler(messages.statusQuery, () => run.status);
  setHandler(messages.alertSignal, (news: unknown) => hearAlert(run, news));
  setHandler(messages.resolvedSignal, (news: unknown) => hearEnd(run, news));
  setHandler(messages.joinedSignal, (joined: unknown) => hearJoined(run, joined));
  setHandler(messages.lookAgainSignal, () => {
    noteLength(run);
    const { escalation, status } = run;
    if (status.phase !== 'Escalated' || escalation === undefined) return;
    if (passesByItself(escalation.why.reason)) run.mayLookAgain = true;
  });
  for (const verb of humanMessages) listenTo(run, verb);
  setDefaultSignalHandler((name) => {
    noteLength(run);
    log.warn('unknown signal ignored', { name: name.slice(0, 100) });
  });
}

const malformed = (name: string) => log.warn('a signal without a readable argument is ignored', { name });

/** A run keeps the labels that it started with; a delivery changes only whether its alert fires. */
function hearAlert(run: Run, value: unknown): void {
  noteLength(run);
  const news = alertNewsIn(value);
  if (news === undefined) {
    malformed('alert');
    return;
  }
  if (isNextEpisode(run.heard, news, run)) run.next = news;
  const { history, heard } = hearFiring(run.heard, news, Date.now());
  run.heard = history;
  if (heard === 'anew') tell(run, `the alert fires again, since ${news.startsAt}`);
}

function hearEnd(run: Run, value: unknown): void {
  noteLength(run);
  const news = alertNewsIn(value);
  if (news === undefined) {
    malformed('resolved');
    return;
  }
  const { history, isNews } = hearResolved(run.heard, news, Date.now());
  run.heard = history;
  if (isNews || history.isResolved) tell(run, 'Alertmanager says the alert is resolved; that does not prove health');
}

function hearJoined(run: Run, value: unknown): void {
  noteLength(run);
  const joined = joinedIn(value);
  if (joined === undefined) {
    malformed('joined');
    return;
  }
  const { workflowId } = joined;
  const others = run.joined.filter((other) => other.workflowId !== workflowId);
  const late = run.isClosing ? { isLate: true as const } : {};
  run.joined = [...others, { ...joined, atMs: Date.now(), ...late }].slice(-joinedKept);
  run.status.joined = [...run.status.joined.filter((id) => id !== workflowId), workflowId].slice(-joinedKept);
  tell(run, `${joined.alertname} on the same workload joined this run`);
}

function listenTo(run: Run, verb: HumanMessageName): void {
  setHandler(messages.humanUpdate(verb), (message: unknown) => hear(run, verb, message), {
    validator: (message: unknown) => {
      const refusal = refuse(run, verb, humanMessageIn(message));
      if (refusal !== undefined) throw tooLate(refusal);
    },
  });
  setHandler(messages.humanSignal(verb), async (message: unknown) => {
    try {
      await hear(run, verb, message);
    } catch (error) {
      const who = humanMessageIn(message)?.who ?? 'somebody';
      tell(run, `${verb} by ${who} had no effect: ${rootMessage(error)}`);
    }
  });
}

/**
 * Takes a message that can be taken; an approval only with the api's signature. Throws TOO_LATE or UNAUTHENTICATED, and
 * TEMPORAL_UNAVAILABLE when an approval could not be checked: it may be sent again.
 */
async function hear(run: Run, verb: HumanMessageName, value: unknown): Promise<string> {
  noteLength(run);
  const message = humanMessageIn(value);
  if (verb === 'approve' && message !== undefined && refuse(run, verb, message) === undefined) {
    const verdict = await isGenuine(run, message);
    if (!verdict.isGenuine) {
      tell(run, `an approval in the name of ${message.who} is not genuine: ${verdict.why}`);
      throw ApplicationFailure.create({ type: 'UNAUTHENTICATED', message: verdict.why, nonRetryable: true });
    }
  }
  // Asked again after the check, which took a moment: the question may have closed meanwhile.
  const refusal = refuse(run, verb, message);
  if (refusal !== undefined || message === undefined) throw tooLate(refusal ?? unreadable);
  return take(run, verb, message);
}

async function isGenuine(run: Run, message: HumanMessage): ReturnType<typeof verifyApproval> {
  try {
    return await verifyApproval({ workflowId: run.id.workflowId, message });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const why = `the approval could not be checked (${rootMessage(error)}); nothing was taken, send it again`;
    throw ApplicationFailure.create({ type: 'TEMPORAL_UNAVAILABLE', message: why, nonRetryable: true });
  }
}

const tooLate = (message: string) => ApplicationFailure.create({ type: 'TOO_LATE', message, nonRetryable: true });

const unreadable = 'a message needs id and who, as text of at most 200 characters each';

/** Why the message cannot be taken now, or undefined. A repeat of a message that was taken is welcome. */
function refuse(run: Run, verb: HumanMessageName, message: HumanMessage | undefined): string | undefined {
  if (message === undefined) return unreadable;
  if (run.seenMessageIds.includes(message.id)) return undefined;
  const { status } = run;
  if (run.isClosing) return `the run has ended: ${status.summary}`;
  if (run.stop !== undefined) return `${run.stop.message.who} has stopped the run already`;
  switch (verb) {
    case 'approve':
    case 'reject':
      if (status.question === undefined) return 'no question is open';
      if (message.digest !== status.question.digest) {
        return `the answer is for another question; the open one has digest ${status.question.digest}`;
      }
      if (run.answer !== undefined) return `${run.answer.message.who} has answered the question already`;
      return verb === 'approve' ? secondPersonNeeded(run, status.question, message.who) : undefined;
    case 'acknowledge':
      if (status.phase !== 'Escalated') return 'nothing is escalated';
      return status.acknowledgedBy === undefined ? undefined : `${status.acknowledgedBy} acknowledged already`;
    case 'retry':
      return status.phase === 'Escalated' ? undefined : 'the run is still trying';
    case 'abort':
    case 'takeOver':
      return undefined;
    default:
      return verb satisfies never;
  }
}

/** Why this person's yes does not count where two people must say it. */
function secondPersonNeeded(run: Run, { approvalsNeeded, approvedBy }: Question, who: string): string | undefined {
  if (approvalsNeeded < 2) return undefined;
  if (who === run.askedAgainBy) return `${who} asked for this try; two others must approve it`;
  return approvedBy.includes(who) ? `${who} approved already; another person must` : undefined;
}

function take(run: Run, verb: HumanMessageName, message: HumanMessage): string {
  if (run.seenMessageIds.includes(message.id)) return `${verb} was taken already`;
  run.seenMessageIds = [...run.seenMessageIds, message.id].slice(-messageIdsKept);
  const note = message.note === undefined ? '' : `: ${message.note}`;
  tell(run, `${verb} by ${message.who}${note}`);
  switch (verb) {
    case 'abort':
    case 'takeOver':
      run.stop = { verb, message };
      // Who stops the run knows of every firing that it was told of so far.
      delete run.next;
      run.scope.cancel();
      break;
    case 'acknowledge':
      run.status.acknowledgedBy = message.who;
      break;
    case 'approve':
      if (isFirstOfTwo(run, message)) return `${takenAnswer(verb)}; another person must approve as well`;
      run.answer = { verb, message };
      break;
    case 'retry':
      run.askedAgainBy = message.who;
      run.answer = { verb, message };
      break;
    case 'reject':
      run.answer = { verb, message };
      break;
    default:
      verb satisfies never;
  }
  return takenAnswer(verb);
}

/** Writes the approval down; true while it is not enough. */
function isFirstOfTwo(run: Run, message: HumanMessage): boolean {
  const { question } = run.status;
  if (question === undefined) return false;
  question.approvedBy.push(message.who);
  run.approvals.push(message);
  return question.approvedBy.length < question.approvalsNeeded;
}
