import { answerCommands } from '../../domain/run/details.ts';
import type { Question, RunStatus } from '../../domain/run/status.ts';

/** What a yes would do, in words. */
export function questionInWords({ action, params, expiresAt, ...question }: Question): string[] {
  const { approvalsNeeded = 1, approvedBy = [] } = question;
  const people = approvalsNeeded > 1 ? `; ${approvalsNeeded} people must approve` : '';
  const already = approvedBy.length === 0 ? '' : `, ${approvedBy.join(' and ')} did`;
  return [
    `It asks to run ${action} with ${JSON.stringify(params)}${people}${already}.`,
    `It expires at ${expiresAt}; no answer counts as rejected.`,
  ];
}

/** How to answer the run, as commands to copy; nothing when it asks nothing. */
export function answersInWords(id: string, status: RunStatus): string[] {
  const { question } = status;
  return [...(question === undefined ? [] : questionInWords(question)), ...answerCommands(status, id)];
}
