import { ApplicationFailure, log, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { type HumanMessage, type HumanMessageName, humanMessages } from '../domain/contract.ts';
import type { Question } from '../domain/status.ts';
import { verifyApproval } from './activity-options.ts';
import * as messages from './messages.ts';
import { type Run, tell } from './run.ts';

/** How many joined alerts a run keeps by name. */
const joinedKept = 20;
/** More changes than this are flapping by any policy. */
const changesKept = 100;

/** Lets the run hear: the intake, the guard, other runs, and people. An unknown message is logged, never fatal. */
export function openMailbox(run: Run): void {
  setHandler(messages.statusQuery, () => run.status);
  setHandler(messages.alertSignal, (alert) => {
    run.alert = alert;
    if (run.isResolved) noteChange(run);
    run.isResolved = false;
  });
  setHandler(messages.resolvedSignal, () => {
    if (!run.isResolved) noteChange(run);
    run.isResolved = true;
    tell(run, 'Alertmanager says the alert is resolved; that does not prove health');
  });
  setHandler(messages.joinedSignal, ({ alert, workflowId }) => {
    run.status.joined = [...run.status.joined.filter((id) => id !== workflowId), workflowId].slice(-joinedKept);
    tell(run, `${alert.alertname} on the same workload joined this run`);
  });
  for (const verb of humanMessages) listenTo(run, verb);
  setDefaultSignalHandler((name) => log.warn('unknown signal ignored', { name }));
}

function noteChange(run: Run): void {
  run.changesMs = [...run.changesMs, Date.now()].slice(-changesKept);
}

function listenTo(run: Run, verb: HumanMessageName): void {
  setHandler(messages.humanUpdate(verb), (message) => hear(run, verb, message), {
    validator: (message) => {
      const refusal = refuse(run, verb, message);
      if (refusal !== undefined) throw tooLate(refusal);
    },
  });
  setHandler(messages.humanSignal(verb), async (message) => {
    try {
      await hear(run, verb, message);
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      tell(run, `${verb} by ${String(message?.who)} came to nothing: ${error.message}`);
    }
  });
}

/** Takes a message that can be taken; an approval only with the api's signature. Throws TOO_LATE or UNAUTHENTICATED. */
async function hear(run: Run, verb: HumanMessageName, message: HumanMessage): Promise<string> {
  if (verb === 'approve' && refuse(run, verb, message) === undefined) {
    const verdict = await verifyApproval({ workflowId: run.id.workflowId, message });
    if (!verdict.isGenuine) {
      tell(run, `an approval in the name of ${message.who} is not genuine: ${verdict.why}`);
      throw ApplicationFailure.create({ type: 'UNAUTHENTICATED', message: verdict.why, nonRetryable: true });
    }
  }
  // Asked again after the check, which took a moment: the question may have closed meanwhile.
  const refusal = refuse(run, verb, message);
  if (refusal !== undefined) throw tooLate(refusal);
  return take(run, verb, message);
}

const tooLate = (message: string) => ApplicationFailure.create({ type: 'TOO_LATE', message, nonRetryable: true });

/** Why the message cannot be taken now, or undefined. A repeat of a message that was taken is welcome. */
function refuse(run: Run, verb: HumanMessageName, message: HumanMessage): string | undefined {
  if (!message?.id || !message.who) return 'a message needs id and who';
  if (run.seenMessageIds.includes(message.id)) return undefined;
  const { status } = run;
  if (status.phase === 'Closed') return 'the run has ended';
  if (run.stop !== undefined) return `${run.stop.message.who} has stopped the run already`;
  switch (verb) {
    case 'approve':
    case 'reject':
      if (status.question === undefined) return 'no question is open';
      if (message.digest !== status.question.digest) {
        return `the answer is for another question; the open one has digest ${status.question.digest}`;
      }
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
  run.seenMessageIds.push(message.id);
  const note = message.note === undefined ? '' : `: ${message.note}`;
  tell(run, `${verb} by ${message.who}${note}`);
  if (verb === 'abort' || verb === 'takeOver') {
    run.stop = { verb, message };
    run.scope.cancel();
  } else if (verb === 'acknowledge') {
    run.status.acknowledgedBy = message.who;
    run.answer = { verb, message };
  } else if (verb === 'approve' && isFirstOfTwo(run, message.who)) {
    return `${verb} is taken; another person must approve as well`;
  } else {
    if (verb === 'retry') run.askedAgainBy = message.who;
    run.answer = { verb, message };
  }
  return `${verb} is taken`;
}

/** Writes the approval down; true while it is not enough. */
function isFirstOfTwo(run: Run, who: string): boolean {
  const { question } = run.status;
  if (question === undefined) return false;
  question.approvedBy.push(who);
  return question.approvedBy.length < question.approvalsNeeded;
}
