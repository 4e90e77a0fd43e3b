import type { Question, RunStatus } from '../../domain/run/status.ts';
import { answerCommands } from '../../domain/text/answer-commands.ts';

/** What a yes would do, in words. */
export function questionInWords({ action, params, expiresAt, ...question }: Question): string[] {
  const { approvalsNeeded = 1, approvedBy = [] } = question;
  const people = approvalsNeeded > 1 ? `; ${approvalsNeeded} people must approve` : '';
  const already = approvedBy.length === 0 ? '' : `, ${approvedBy.join(' and ')} did`;
  return [
    `It asks to run ${action} with ${JSON.stringify(params)}${people}${already}.`,
    `Silence until ${expiresAt} means no.`,
  ];
}

/** How to answer the run, as commands to copy; nothing when it asks nothing. */
export function answersInWords(id: string, status: RunStatus): string[] {
  const { question } = status;
  return [...(question === undefined ? [] : questionInWords(question)), ...answerCommands(status, id)];
}
