import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { GuardLink } from '../activities/guard-desk.ts';
import { guardDecide, guardSignals, guardWorkflowId, queries } from '../domain/contract.ts';
import { MendflowError } from '../domain/errors.ts';
import type { GuardState } from '../domain/guard-state.ts';

/** A decision takes some 20 ms; what takes seconds is lost, and asked again. */
const deadlineMs = 5_000;

/** The guards of this Temporal namespace. */
export function guardLink(client: Client): GuardLink {
  const handleOf = (cluster: string) => client.workflow.getHandle(guardWorkflowId(cluster));
  const call = async <T>(cluster: string, what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await client.connection.withDeadline(Date.now() + deadlineMs, work);
    } catch (cause) {
      const why = cause instanceof WorkflowNotFoundError ? 'it does not run' : (cause as Error).message;
      throw new MendflowError('TEMPORAL_UNAVAILABLE', `${what} ${guardWorkflowId(cluster)}: ${why}`, { cause });
    }
  };
  return {
    decide: (cluster, requests) =>
      call(cluster, 'no answer from', () => handleOf(cluster).executeUpdate(guardDecide, { args: [requests] })),
    release: (cluster, release) =>
      call(cluster, 'no word to', () => handleOf(cluster).signal(guardSignals.releasePermit, release)),
    saw: (cluster, sightings) =>
      call(cluster, 'no word to', () => handleOf(cluster).signal(guardSignals.sightings, sightings)),
    state: (cluster) => call(cluster, 'no state of', () => handleOf(cluster).query<GuardState>(queries.guardState)),
  };
}

/** Why the guard is paused right now, or undefined. Rejects with TEMPORAL_UNAVAILABLE when it cannot be asked. */
export async function guardPause(link: GuardLink, cluster: string): Promise<string | undefined> {
  const { pauses } = await link.state(cluster);
  const [pause] = pauses;
  return pause && `paused by ${pause.who}: ${pause.why}`;
}
