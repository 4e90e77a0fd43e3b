import type { Schedule, ScheduledEvent } from '../search/schedule.ts';

type Trouble = Extract<ScheduledEvent, { kind: 'trouble' }>;

/** A pod that crashes at every start, until it is taken away. */
export const trouble = (at: number, workload: number, more: Partial<Trouble> = {}): ScheduledEvent => ({
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

/** A day without injected faults: six Deployments of four pods, a policy that evicts and then restarts, wide limits. */
export function aDay(
  events: ScheduledEvent[],
  {
    policy,
    limits,
    ...rest
  }: { policy?: Partial<Schedule['policy']>; limits?: Partial<Schedule['limits']> } & Partial<
    Pick<Schedule, 'workloads' | 'faultInjection'>
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
    faultInjection: { late: 0, lostResults: 0, refusedCalls: 0, lostAnswers: 0, deaths: 0, slowCalls: 0 },
    events,
    ...rest,
  };
}
