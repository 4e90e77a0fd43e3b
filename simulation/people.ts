import type { HubActivities, Notification } from '../activities/contract.ts';
import type { Question } from '../domain/run/status.ts';
import type { World } from './world.ts';

/** A person who is asked thinks for so long, unless more is known. */
export const thinkingMs = 60_000;

const names = ['ada', 'grace'];

/** What people say when a run asks for approval. */
export const personAnswers = ['approve', 'reject', 'nothing'] as const;
export type PersonAnswer = (typeof personAnswers)[number];

/** Hub activities whose notifications somebody hears once they are sent. */
export function hearing(real: HubActivities, hear: (notification: Notification) => void): HubActivities {
  return {
    ...real,
    async notify(input) {
      const sent = await real.notify(input);
      hear(input.notification);
      return sent;
    },
  };
}

/** The question that the message asks; undefined where it asks none, or none is open any more. */
export function questionIn(world: World, { kind, workflowId, runId }: Notification): Question | undefined {
  if (kind !== 'approvalNeeded') return undefined;
  return world.runs().find((run) => run.workflowId === workflowId && run.runId === runId)?.status.question;
}

interface Reply {
  answer: 'approve' | 'reject';
  afterMs: number;
}

/** People answer the question of the run: as many as it takes to approve, one to reject. */
export function reply(world: World, workflowId: string, question: Question, { answer, afterMs }: Reply): void {
  const { digest, approvalsNeeded } = question;
  const people = names.slice(0, answer === 'reject' ? 1 : approvalsNeeded);
  world.clock.after(afterMs, () => {
    for (const who of people) void world.say(workflowId, answer, { who, digest });
  });
}

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
