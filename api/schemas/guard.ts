import { z } from 'zod';
import { duration } from '../../domain/policy/duration-field.ts';

const time = () => z.string().describe('RFC 3339 UTC.');
const workload = () => z.string().describe('namespace/Kind/name.');

const storm = z.object({
  state: z.enum(['closed', 'halfOpen', 'open']).describe('open: nothing is permitted; halfOpen: one act at a time.'),
  alerting: z.int().describe('Workloads that alerted in the last minutes.'),
  since: time().optional(),
  why: z.string().optional(),
  calmSince: time().optional(),
});

const lease = z.object({
  workload: workload(),
  namespace: z.string(),
  node: z.string().optional(),
  zone: z.string().optional(),
  action: z.string(),
  run: z.string(),
  grantedAt: time(),
  expiresAt: time(),
});

const budget = z.object({
  scope: z.string().describe('What the acts are counted by.'),
  name: z.string().optional().describe('The workload, owner, namespace, node or zone.'),
  limit: z.string().describe('In words.'),
  max: z.int().optional().describe('Acts in the period at most; absent for a share.'),
  used: z.int().describe('Acts in the period, permits in use included.'),
  remaining: z.int().optional().describe('Acts that would be permitted now; absent for a share.'),
});

const workloadRow = z.object({
  workload: workload(),
  isLeased: z.boolean().describe('A run holds a permit for it.'),
  acts24h: z.int().describe('Acts in 24 hours that attempts count.'),
  lastActAt: time().optional(),
  cooldownTimes: z
    .number()
    .optional()
    .describe('Its cooldown after the last act is this many times that of its policy, at most 4h.'),
  lastResult: z.string().optional().describe('healthy, unhealthy or lost.'),
  lastFailure: z.string().optional().describe('What the failure looked like.'),
  changes: z.int().describe('Changes between failing and healthy in 6 hours.'),
});

/** The guard's memory, as people read it. */
export const guardSchema = z.object({
  cluster: z.string(),
  isPaused: z.boolean().optional().describe('Absent when no worker answers.'),
  pauses: z
    .array(
      z.object({
        id: z.string(),
        who: z.string(),
        why: z.string(),
        since: time(),
        until: time().optional().describe('When it ends by itself; absent: when a person lifts it.'),
      }),
    )
    .optional()
    .describe('All must be lifted or end.'),
  storm: storm.optional(),
  leases: z.array(lease).optional().describe('Permits in use.'),
  budgets: z.array(budget).optional().describe('That of the cluster, and those of the configuration that are in use.'),
  workloads: z.array(workloadRow).optional().describe('Workloads that the guard remembers, the latest act first.'),
  incidents: z
    .array(
      z.object({
        key: z.string().describe('storm, or <kind>/<what>.'),
        speaker: z.string().describe('The run, or the guard, that told people.'),
        since: time(),
        last: time(),
      }),
    )
    .optional()
    .describe('Troubles that are larger than one run; people are told of each once.'),
  resumes: z
    .array(z.object({ id: z.string(), who: z.string(), why: z.string(), at: time() }))
    .optional()
    .describe('Pauses that people lifted, the latest last.'),
  resets: z
    .array(z.object({ workload: workload(), who: z.string(), why: z.string(), at: time() }))
    .optional()
    .describe('Histories that people reset.'),
  acts: z
    .array(z.object({ workload: workload(), at: time(), result: z.string(), failure: z.string() }))
    .optional()
    .describe('Disruptive acts of the last six hours.'),
  note: z.string().optional().describe('Why something is absent.'),
});
export type GuardDocument = z.infer<typeof guardSchema>;

/** Answer to a pause: the guard, and the id that lifts this pause. */
export const pausedSchema = guardSchema.extend({ pauseId: z.string().describe('Lifts this pause.') });
export type PausedDocument = z.infer<typeof pausedSchema>;

export const pauseSchema = z.strictObject({
  why: z.string().min(1).max(500).describe('The reason, shown to everybody.'),
  for: duration({ min: '1m', max: '30d' })
    .optional()
    .describe('It ends by itself after so long, such as 2h; absent: when a person lifts it.'),
});
export const resumeSchema = z
  .strictObject({
    id: z.string().min(1).max(100).optional().describe('The pause to lift; all of them when absent.'),
    why: z.string().max(500).optional(),
  })
  .nullish();
export const resetSchema = z.strictObject({
  workload: z
    .string()
    .max(600)
    .regex(/^[-a-z0-9]+\/[A-Za-z]+\/[-a-z0-9.]+$/, 'must be namespace/Kind/name, such as shop/Deployment/checkout')
    .describe('As the guard shows it: namespace/Kind/name.'),
  why: z.string().min(1).max(500),
});
