import type { World } from '../../../simulation/world.ts';

let forged = 0;

/** An approval that somebody writes to Temporal without the api's key; gives the run's answer, or why it refuses. */
export function forge(
  { server, clock }: World,
  workflowId: string,
  { who = 'eve', digest = '' }: { who?: string; digest?: string },
): Promise<string> {
  forged += 1;
  const message = { id: `forged-${forged}`, who, at: new Date(clock.nowMs).toISOString(), digest };
  return server.update(workflowId, 'approve', [message]).then(String, (error: Error) => error.message);
}
