import type { RunStatus } from './status.ts';

/** What needs no quotes in a shell. */
const plain = /^[\w./:@%+=-]+$/;

/** The commands that answer what the run asks now, ready to be pasted; none while it asks nothing. */
export function answerCommands(
  { question, phase }: Pick<RunStatus, 'question' | 'phase'>,
  workflowId: string,
): string[] {
  const run = plain.test(workflowId) ? workflowId : `'${workflowId.replaceAll("'", `'\\''`)}'`;
  if (question !== undefined) {
    return ['approve', 'reject'].map((verb) => `mendflow ${verb} ${run} --digest ${question.digest}`);
  }
  if (phase !== 'Escalated') return [];
  return ['acknowledge', 'retry', 'abort', 'take-over'].map((verb) => `mendflow ${verb} ${run}`);
}
