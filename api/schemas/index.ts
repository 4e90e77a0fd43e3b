import { z } from 'zod';
import { outcomes, phases, type RemediationReport } from '../../domain/run/outcome.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { documented } from './documented.ts';

/** What every error answers with. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Code of the error catalogue; stable.'),
    detail: z.string().describe('What was wrong, and where.'),
    fix: z.string().describe('What to do about it.'),
    instance: z.string(),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457).' });

const problemAnswer = {
  description: 'What was wrong, where, and what to do about it.',
  content: { 'application/problem+json': { schema: problemSchema } },
};

/** The error answers of a route. */
export const problems = { '4xx': problemAnswer, '5xx': problemAnswer } as const;

const time = () => z.string().describe('RFC 3339 UTC.');

/** Answer to a delivery: what became of each of its alerts. */
export const receiptSchema = z.object({
  accepted: z.int().describe('Firing alerts that started a run.'),
  duplicates: z.int().describe('Alerts that joined a run, and repeats.'),
  resolved: z.int().describe('Resolved alerts that a running run was told of.'),
  unmatched: z.int().describe('Resolved alerts that no run was waiting for.'),
  rejectedCount: z.int().describe('Alerts that cannot be identified; nothing is done about them.'),
  rejected: z
    .array(z.object({ index: z.int(), field: z.string(), reason: z.string() }))
    .describe('The first 100 of them: position in the body, field, and what is wrong with it.'),
  truncated: z.number().describe('Alerts that the sender says it left out.'),
});

/** A run as the list shows it. */
export const runSummarySchema = z.object({
  id: z.string().describe('Workflow id; URL-encode it in paths.'),
  runId: z.string(),
  status: z.string().describe('running, completed, failed, terminated, timed_out or cancelled.'),
  startedAt: time(),
  closedAt: time().optional(),
  alertname: z.string().optional(),
  cluster: z.string().optional(),
  namespace: z.string().optional(),
  workload: z.string().optional(),
  policy: z.string().optional(),
  phase: z.string().optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
});

/** A page of runs. */
export const runListSchema = z.object({
  runs: z.array(runSummarySchema),
  nextCursor: z.string().optional().describe('Give it as `cursor` for the next page; absent on the last one.'),
});

const report = {
  summary: z.string(),
  steps: z.array(z.looseObject({})).describe('Steps taken, and what came of each.'),
  segments: z.looseObject({}).describe('How long each part took, in milliseconds.'),
  timeline: z.array(z.looseObject({})).describe('What happened, when and why.'),
};

const liveSchema = z
  .looseObject({
    ...report,
    phase: z.string(),
    waitingFor: z.string(),
    question: z.looseObject({ digest: z.string() }).optional().describe('Answer it with approve or reject.'),
  })
  .describe('The state of the run; only while it runs.');

const reportSchema = z
  .looseObject({ ...report, outcome: z.string() })
  .describe('The run’s record; only when it has ended.');

/** A run in full. The types are the workflow's own; the schemas check what the documentation promises of them. */
export const runSchema = runSummarySchema.extend({
  live: documented<RunStatus>(liveSchema).optional(),
  report: documented<RemediationReport>(reportSchema).optional(),
  note: z.string().optional().describe('Why neither of them can be shown.'),
  webUi: z.string().optional().describe('The run in Temporal’s Web UI.'),
});

const kubernetesName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be a Kubernetes name');

/** Filters of the list; unknown ones are refused. */
export const runFilterSchema = z.strictObject({
  phase: z.enum(phases).optional(),
  outcome: z.enum(outcomes).optional(),
  namespace: kubernetesName.optional(),
  workload: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9][-A-Za-z0-9._/]*$/, 'must be a workload, as the list shows it')
    .optional()
    .describe('As the list shows it.'),
  policy: kubernetesName.optional(),
  since: z.string().max(40).optional().describe('A time (RFC 3339) or how long ago (such as 2h).'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .max(4_096)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be a nextCursor of an earlier page')
    .optional(),
});

/** The run in a path. */
export const runParams = z.object({
  id: z
    .string()
    .max(255)
    .regex(/^remediation\/[!-~]+$/, 'must be the id of a remediation, URL-encoded')
    .describe('Workflow id, URL-encoded.'),
});

const messageFields = {
  id: z.uuid().optional().describe('Same id, same message: a repeat changes nothing. Also as header Idempotency-Key.'),
  note: z.string().max(1_000).optional().describe('For the record.'),
};

/** A person's message to a run. */
export const messageSchema = z.strictObject(messageFields).nullish();

/** A person's answer to a run's question. */
export const answerSchema = z.strictObject({
  ...messageFields,
  digest: z.string().min(1).max(200).describe('Of the question that is answered: live.question.digest of the run.'),
});

export type Answer = z.infer<typeof answerSchema>;

/** What was told to whom. */
export const sentSchema = z.object({
  id: z.string().describe('Id of the message.'),
  run: z.string(),
  message: z.string(),
  who: z.string(),
  at: time(),
  answer: z.string().describe('The answer of the run.'),
  isEnough: z
    .boolean()
    .describe(
      'The message has its effect. False where another person must approve as well, and where the message was taken before.',
    ),
});
