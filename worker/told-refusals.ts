import type { ClusterActivities } from '../activities/contract.ts';
import type { GuardConnection } from '../activities/guard/client.ts';

/** The guard hears no more often than this that runs are refused; it waits longer than this for runs to close. */
const tellEveryMs = 1_000;

interface Deps {
  connection: Pick<GuardConnection, 'refused'>;
  cluster: string;
  /** Unix ms. */
  now: () => number;
}

/**
 * The activities, of which the guard hears when a pause of the cluster itself (ConfigMap, annotation, configuration)
 * refuses a run: it has such runs looked at again. Where the guard cannot be told the look fails, and Temporal has it
 * tried again: a run that ended untold would be forgotten.
 */
export function tellingRefusals(activities: ClusterActivities, { connection, cluster, now }: Deps): ClusterActivities {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return {
    ...activities,
    async verify(input) {
      const assessment = await activities.verify(input);
      const isPaused = assessment.kind === 'notActionable' && assessment.reason === 'paused';
      const atMs = now();
      if (!isPaused || atMs - toldAtMs < tellEveryMs) return assessment;
      await connection.refused(cluster, { atMs });
      toldAtMs = atMs;
      return assessment;
    },
  };
}
