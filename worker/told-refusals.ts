import type { ClusterActivities } from '../activities/contract.ts';
import type { GuardLink } from '../activities/guard-desk.ts';

/** The guard hears no more often than this that runs are refused. */
const tellEveryMs = 10_000;

interface Deps {
  link: Pick<GuardLink, 'refused'>;
  cluster: string;
  /** Unix ms. */
  now: () => number;
  logger: { warn(fields: object, message: string): void };
}

/**
 * The activities, of which the guard hears when a pause of the cluster itself (ConfigMap, annotation, configuration)
 * refuses a run: it has such runs looked at again.
 */
export function tellingRefusals(
  activities: ClusterActivities,
  { link, cluster, now, logger }: Deps,
): ClusterActivities {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return {
    ...activities,
    async verify(input) {
      const assessment = await activities.verify(input);
      const isPaused = assessment.kind === 'notActionable' && assessment.reason === 'paused';
      const atMs = now();
      if (!isPaused || atMs - toldAtMs < tellEveryMs) return assessment;
      try {
        await link.refused(cluster, { atMs });
        toldAtMs = atMs;
      } catch (err) {
        logger.warn({ err, cluster }, 'the guard was not told that a pause refused a run');
      }
      return assessment;
    },
  };
}
