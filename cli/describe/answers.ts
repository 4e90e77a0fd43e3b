import { answerCommands } from '../../domain/run/details.ts';
import type { Question, RunStatus } from '../../domain/run/status.ts';
import { moment } from '../output/times.ts';

/** What a yes would do, and until when it counts, in words. */
export function questionInWords({ action, params, expiresAt, ...question }: Question, nowMs: number): string[] {
  const { approvalsNeeded = 1, approvedBy = [] } = question;
  const people = approvalsNeeded > 1 ? `; ${approvalsNeeded} people must approve` : '';
  const already = approvedBy.length === 0 ? '' : `, ${approvedBy.join(' and ')} did`;
  return [
    `It asks to run ${action} with ${JSON.stringify(params)}${people}${already}.`,
    `It expires at ${moment(expiresAt, nowMs)}; no answer counts as rejected.`,
  ];
}

/** How to answer the run, as commands to copy; nothing when it asks nothing. */
export function answersInWords(id: string, status: RunStatus, nowMs: number): string[] {
  const { question } = status;
  return [...(question === undefined ? [] : questionInWords(question, nowMs)), ...answerCommands(status, id)];
}
