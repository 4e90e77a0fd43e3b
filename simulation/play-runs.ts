import type { ClusterActivities, Notification } from '../activities/contract.ts';
import { withErrorBoundary } from '../activities/error-boundary.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { GuardLimits } from '../domain/guard/rules/rule.ts';
import type { GuardState } from '../domain/guard/state.ts';
import { hearing } from './people.ts';
import type { AnyFunction } from './temporal/instance.ts';
import { World } from './world.ts';

/** What runs see and do in place of a cluster's activities: recorded, assumed, or read live a moment ago. */
export type Observations = Pick<ClusterActivities, 'verify' | 'remediate' | 'undo' | 'waitForHealthy'>;

/** Runs to play, and all that they meet. Times are Unix ms. */
export interface Play {
  clusterName: string;
  startMs: number;
  /** When each alert arrives; none before `startMs`. */
  alerts: readonly { atMs: number; alert: Alert }[];
  limits: GuardLimits;
  /** What the guard knows at the beginning; absent: nothing. */
  guardState?: GuardState;
  /** `now` is the virtual time, Unix ms. */
  observations(now: () => number): Observations;
  /** Workflows beside ours. */
  workflows?: Record<string, AnyFunction>;
  /** Hears what people are told. */
  hear?(world: World, notification: Notification): void;
}

/** Opens a world in which the real runs and the real guard meet what the play says; nothing moves until its clock runs. */
export function openPlay({ observations, workflows = {}, hear, ...play }: Play): World {
  const { clusterName, startMs, limits, guardState, alerts } = play;
  const world: World = new World({
    ...{ policies: [], clusterName, startMs, limits },
    ...(guardState !== undefined && { guardState }),
    tamper: {
      worker: () =>
        withErrorBoundary<ClusterActivities>({
          ...observations(() => world.clock.nowMs),
          report: async () => undefined,
          explain: notAsked,
          policies: notAsked,
        }),
      workflows: (ours) => ({ ...ours, ...workflows }),
      hub: (real) => hearing(real, (notification) => hear?.(world, notification)),
    },
  });
  for (const { atMs, alert } of alerts) world.clock.at(atMs, () => world.deliver(alert));
  return world;
}

const notAsked = async (): Promise<never> => {
  throw new Error('a run does not ask it');
};
