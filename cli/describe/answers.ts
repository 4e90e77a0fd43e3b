import type { Question, RunStatus } from '../../domain/status.ts';

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

/** The command that answers exactly this question. */
export const approveLine = (verb: 'approve' | 'reject', id: string, { digest }: Question): string =>
  `mendflow ${verb} ${id} --digest ${digest}`;

/** How to answer the run, as commands to copy; nothing when it asks nothing. */
export function answersInWords(id: string, { question, phase, acknowledgedBy }: RunStatus): string[] {
  if (question !== undefined) {
    return [...questionInWords(question), approveLine('approve', id, question), approveLine('reject', id, question)];
  }
  if (phase === 'Closed') return [];
  const verbs =
    phase === 'Escalated'
      ? [...(acknowledgedBy ? [] : ['acknowledge']), 'retry', 'abort', 'take-over']
      : ['abort', 'take-over'];
  return verbs.map((verb) => `mendflow ${verb} ${id}`);
}
