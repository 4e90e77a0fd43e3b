import type { Question, RunStatus } from '../run/status.ts';

/** What needs no quotes in a shell. */
const plain = /^[\w./:@%+=-]+$/;
const quoted = (text: string) => (plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The command that answers exactly this question. */
export const commandToAnswer = (verb: 'approve' | 'reject', workflowId: string, { digest }: Question): string =>
  `mendflow ${verb} ${quoted(workflowId)} --digest ${digest}`;

/** The commands by which a person answers a run, ready to be pasted; none once it has ended. */
export function answerCommands(
  { question, phase, acknowledgedBy }: Pick<RunStatus, 'question' | 'phase' | 'acknowledgedBy'>,
  workflowId: string,
): string[] {
  if (question !== undefined) {
    return [commandToAnswer('approve', workflowId, question), commandToAnswer('reject', workflowId, question)];
  }
  if (phase === 'Closed') return [];
  const forEscalated = phase === 'Escalated' ? [...(acknowledgedBy ? [] : ['acknowledge']), 'retry'] : [];
  return [...forEscalated, 'abort', 'take-over'].map((verb) => `mendflow ${verb} ${quoted(workflowId)}`);
}
