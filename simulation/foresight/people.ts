import type { HubActivities, Notification } from '../../activities/contract.ts';
import type { World } from '../world.ts';

/** What people say when a run asks for approval. */
export const personAnswers = ['approve', 'reject', 'nothing'] as const;
export type PersonAnswer = (typeof personAnswers)[number];

/** A person thinks for so long. */
export const thinkingMs = 60_000;

const names = ['ada', 'grace'];

/** Hub activities whose notifications are read by people who answer every question, each once, as many as it takes. */
export function answering(real: HubActivities, answer: PersonAnswer, world: () => World): HubActivities {
  const answered = new Set<string>();
  const hear = ({ kind, workflowId, runId }: Notification) => {
    if (kind !== 'approvalNeeded' || answer === 'nothing') return;
    const question = world()
      .runs()
      .find((run) => run.workflowId === workflowId && run.runId === runId)?.status.question;
    if (question === undefined || answered.has(question.digest)) return;
    answered.add(question.digest);
    const { digest, approvalsNeeded } = question;
    const people = names.slice(0, answer === 'reject' ? 1 : approvalsNeeded);
    world().clock.after(thinkingMs, () => {
      for (const who of people) void world().say(workflowId, answer, { who, digest });
    });
  };
  return {
    ...real,
    async notify(input) {
      const sent = await real.notify(input);
      hear(input.notification);
      return sent;
    },
  };
}
