import type { HubActivities } from '../../activities/contract.ts';
import { hearing, questionIn, reply, thinkingMs } from '../people.ts';
import type { World } from '../world.ts';

/** What people say when a run asks for approval. */
export const personAnswers = ['approve', 'reject', 'nothing'] as const;
export type PersonAnswer = (typeof personAnswers)[number];

/** Hub activities whose notifications are read by people who answer every question, each once, as many as it takes. */
export function answering(real: HubActivities, answer: PersonAnswer, world: () => World): HubActivities {
  const answered = new Set<string>();
  return hearing(real, (notification) => {
    const question = questionIn(world(), notification);
    if (question === undefined || answer === 'nothing' || answered.has(question.digest)) return;
    answered.add(question.digest);
    reply(world(), notification.workflowId, question, { answer, afterMs: thinkingMs });
  });
}
