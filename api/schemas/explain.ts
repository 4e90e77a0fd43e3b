import { z } from 'zod';
import type { Explanation } from '../../domain/analysis/explain.ts';
import type { Promotion } from '../../domain/analysis/promotion.ts';
import type { GuardLimits } from '../../domain/guard/rules/rule.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import type { Reach } from '../../domain/run/retention.ts';
import { documented } from './documented.ts';

const kubernetesName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be a Kubernetes name');

/** What to explain: one alert as Alertmanager writes it, or the alert of a run. */
export const explainSchema = z.union([
  z.strictObject({
    alert: z
      .looseObject({ labels: z.record(z.string(), z.string()) })
      .describe('As in a webhook of Alertmanager; only labels are needed.'),
  }),
  z.strictObject({
    run: z
      .string()
      .max(255)
      .regex(/^remediation\/[!-~]+$/, 'must be the id of a remediation')
      .describe('Its alert, judged as if it came now.'),
    runId: z.uuid().optional().describe('An earlier episode; the latest when absent.'),
  }),
]);

const reason = { reason: z.string().optional(), detail: z.string() };

/** What would become of an alert now. The type is the workflow's own; the schema says what the documentation promises. */
export const explanationSchema = documented<Explanation>(
  z
    .looseObject({
      at: z.string().describe('RFC 3339 UTC.'),
      alertname: z.string(),
      cluster: z.string(),
      policy: z.string().optional().describe('The one that drives; absent when none does.'),
      losers: z
        .array(z.looseObject({ policy: z.string(), why: z.string() }))
        .describe('The other policies, and why each does not drive.'),
      named: z.looseObject({}).describe('What the labels name, or why they name nothing.'),
      found: z.looseObject({}).optional().describe('The live object: owners, facts, health.'),
      modes: z
        .looseObject({})
        .optional()
        .describe('Modes of policy, namespace and configuration; the strictest counts.'),
      plan: z.looseObject({}).optional().describe('The ladder, and its mode.'),
      checks: z
        .array(
          z.looseObject({ check: z.string(), result: z.enum(['holds', 'fails', 'unknown']), evidence: z.string() }),
        )
        .describe('Each check of the policy, asked now.'),
      refused: z
        .looseObject({ code: z.string(), detail: z.string() })
        .optional()
        .describe(
          'What the first step would be refused with even if the guard granted it; no write was sent to find out.',
        ),
      judgement: z.looseObject({ kind: z.string(), ...reason }).describe('What a run would find at its first look.'),
      guards: z
        .array(
          z.looseObject({ guard: z.string(), rejection: z.looseObject({ kind: z.string(), ...reason }).optional() }),
        )
        .describe('Every rule of the guard, in order; the first rejection is the verdict.'),
      guardsNote: z.string().optional().describe('Why the guard was not asked.'),
      would: z.string().describe('What a run would do now, in one sentence.'),
    })
    .meta({ id: 'Explanation' }),
);

/** The policy in a path. */
export const policyParams = z.object({ name: kubernetesName.describe('Name of the policy.') });

const since = (standard: string) =>
  z.string().max(40).default(standard).describe('A time (RFC 3339) or how long ago (such as 14d).');

/** Since when a report looks back. */
export const promotionQuery = z.strictObject({ since: since('14d') });

const reach = {
  wholeSince: z.string().describe('RFC 3339 UTC. Temporal may have deleted runs that ended before it.'),
  missing: z.string().optional().describe('What is missing of the time asked for, and how to keep more.'),
};

/** What a policy did or would have done, and what that means in words. */
export const promotionSchema = documented<PromotionDocument>(
  z
    .looseObject({
      policy: z.string(),
      since: z.string().describe('RFC 3339 UTC.'),
      until: z.string().describe('RFC 3339 UTC.'),
      runs: z.int().describe('Ended runs that it drove.'),
      isCapped: z.boolean().describe('There were older ones that were not read.'),
      escalated: z
        .array(z.looseObject({ name: z.string(), count: z.int() }))
        .describe('Runs that wait for a person now, by reason; at most 200 are counted.'),
      ...reach,
      mode: z.string().optional().describe('Of its latest run.'),
      wouldHave: z.looseObject({ acted: z.int(), held: z.int(), denied: z.int() }).describe('While it only observed.'),
      acted: z.looseObject({ runs: z.int(), healed: z.int() }).describe('While it acted.'),
      idle: z.array(z.looseObject({ name: z.string(), count: z.int() })).describe('Runs without a step, by reason.'),
      words: z.array(z.string()).describe('The same for people, and what a promotion would mean.'),
    })
    .meta({ id: 'Promotion' }),
);
/** Figures and words together. */
export type PromotionDocument = Promotion & Reach & { words: string[] };

/** Which records; unknown filters are refused. */
export const recordsQuery = z.strictObject({
  since: since('30d'),
  policy: kubernetesName.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(100),
  cursor: z
    .string()
    .max(4_096)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be a nextCursor of an earlier page')
    .optional(),
});

/** A page of records of ended runs, and the bounds of the guard that they ran under. */
export const recordsSchema = z.object({
  records: documented<RunRecord[]>(
    z
      .array(z.looseObject({ id: z.string(), runId: z.string(), outcome: z.string() }))
      .describe('The latest first: alert labels, target, first look, steps; no logs.'),
  ),
  ...reach,
  guardLimits: documented<GuardLimits>(z.looseObject({}).describe('In force now.')),
  nextCursor: z.string().optional().describe('Give it as `cursor` for the next page; absent on the last one.'),
});
/** As the command line reads it. */
export type RecordsDocument = z.infer<typeof recordsSchema>;
