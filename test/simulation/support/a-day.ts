import type { Happening, Schedule } from '../search/schedule.ts';

type Trouble = Extract<Happening, { kind: 'trouble' }>;

/** A pod that crashes at every start, until it is taken away. */
export const trouble = (at: number, workload: number, more: Partial<Trouble> = {}): Happening => ({
  kind: 'trouble',
  at,
  workload,
  pod: 0,
  shape: 'CrashLoopBackOff',
  where: 'pod',
  lasts: 0,
  naming: 'pod',
  copies: 0,
  ...more,
});

/** A day without weather: six Deployments of four pods, a policy that evicts and then restarts, wide limits. */
export function aDay(
  happenings: Happening[],
  {
    policy,
    limits,
    ...rest
  }: { policy?: Partial<Schedule['policy']>; limits?: Partial<Schedule['limits']> } & Partial<
    Pick<Schedule, 'workloads' | 'weather'>
  > = {},
): Schedule {
  return {
    seed: 1,
    workloads: Array.from({ length: 6 }, () => ({ namespace: 'shop', kind: 'Deployment', replicas: 4, isOut: false })),
    policy: {
      mode: 'Auto',
      steps: 'evictThenRestart',
      approval: 'None',
      twoPeople: false,
      cooldownMinutes: 5,
      perEpisode: 3,
      perDay: 6,
      maxUnhealthyPercent: 40,
      minReady: 1,
      hasFreeze: false,
      holdMinutes: 60,
      namespaceBudget: 0,
      ...policy,
    },
    limits: { burst: 5, perWindow: 10, perNamespace: 2, perCluster: 5, stormWorkloads: 20, ...limits },
    weather: { late: 0, lostResults: 0, refusedCalls: 0, lostAnswers: 0, deaths: 0, slowCalls: 0 },
    happenings,
    ...rest,
  };
}
