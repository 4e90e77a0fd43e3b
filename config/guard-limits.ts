import { defaultLimits, type GuardLimits } from '../domain/guard/rules/rule.ts';
import type { Config } from './config.ts';

/** The bounds of the guard that the configuration sets. */
export function guardLimits({ guard }: Pick<Config, 'guard'>): GuardLimits {
  const { budget, storm, controlPlane } = guard;
  return {
    budget: { burst: budget.burst, perWindow: budget.per10m, windowMs: defaultLimits.budget.windowMs },
    budgets: guard.budgets,
    concurrency: guard.concurrency,
    storm: {
      workloads: storm.workloads,
      percent: storm.percent,
      atLeast: storm.atLeast,
      withinMs: storm.within,
      calmMs: storm.calm,
      paceMs: storm.pace,
    },
    drains: { max: guard.drains.max, perMs: guard.drains.per },
    controlPlane: { ...defaultLimits.controlPlane, ...controlPlane, p99Ms: controlPlane.p99 },
    zoneSpacingMs: guard.zoneSpacing,
    sweepPerSecond: guard.sweep.perSecond,
    freezes: guard.freezes,
  };
}
