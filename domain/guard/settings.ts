import { z } from 'zod';
import { amount } from '../policy/amount.ts';
import { duration } from '../policy/duration-field.ts';
import { timeWindow } from './calendar.ts';

/** What a budget counts acts by. */
export const budgetScopes = ['workload', 'owner', 'namespace', 'node', 'zone', 'cluster'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

/** A budget of acts; in the configuration for everybody, in a policy on top of that. */
export const scopedBudget = z.strictObject({
  scope: z
    .enum(budgetScopes)
    .describe('What the acts are counted by; owner is the label app.kubernetes.io/part-of of the workload.'),
  max: amount({ min: 1 }).describe('Acts in the period: a number, or a share of the pods in the scope.'),
  per: duration({ min: '1m', max: '6h' }).prefault('1h').describe('The period.'),
});
export type ScopedBudget = z.output<typeof scopedBudget>;

/** What a policy can say to the guard; it can be stricter than the configuration, never looser. */
export const guardSettings = z
  .strictObject({
    cooldown: duration({ min: '10s', max: '4h' })
      .prefault('5m')
      .describe('Rest after an act; doubles with each further act, up to 4h.'),
    attempts: z
      .strictObject({
        perEpisode: z.int().min(1).max(10).default(3).describe('Acts of one run.'),
        max: z.int().min(1).max(50).default(6).describe('Acts on one workload in the period.'),
        per: duration({ min: '1h', max: '7d' }).prefault('24h').describe('The period.'),
      })
      .describe('How often it may act.')
      .prefault({}),
    maxUnhealthy: amount()
      .prefault('40%')
      .describe(
        'More unhealthy pods than this, and at least two, in the workload, its namespace or its zone (for a node: more such nodes): no pod or node is taken away, and any other step needs the approval of a person.',
      ),
    minReady: z
      .int()
      .min(0)
      .max(10_000)
      .default(1)
      .describe('Other pods of the workload that must be Ready before a pod is taken away.'),
    sameFailure: z
      .int()
      .min(1)
      .max(10)
      .default(2)
      .describe('Acts after which the very same failure came back; then no further one.'),
    flapping: z
      .strictObject({
        changes: z.int().min(2).max(100).default(4).describe('Changes between firing and healthy in the period.'),
        within: duration({ min: '1m', max: '6h' }).prefault('30m').describe('The period.'),
      })
      .describe('An alert that comes and goes more often than this is not acted upon.')
      .prefault({}),
    budgets: z
      .array(scopedBudget)
      .max(12)
      .default([])
      .describe('Further budgets of acts, beside those of the configuration.'),
    windows: z
      .array(timeWindow())
      .max(20)
      .default([])
      .describe('Acts only within these times; none named: at any time.'),
    freezes: z.array(timeWindow()).max(20).default([]).describe('No acts within these times.'),
    duringRollout: z.boolean().default(false).describe('Act while the workload rolls out a change of somebody else.'),
    holdAtMost: duration({ min: '10s', max: '24h' })
      .prefault('1h')
      .describe('How long a step may wait for the guard before a person is asked.'),
  })
  .describe('What holds acts back; stricter than the configuration, never looser.');
export type GuardSettings = z.output<typeof guardSettings>;
