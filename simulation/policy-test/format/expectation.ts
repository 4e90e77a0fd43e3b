import { z } from 'zod';
import type { Notification } from '../../../activities/contract.ts';
import { duration } from '../../../domain/policy/duration-field.ts';
import { outcomes, phases, type StepRecord } from '../../../domain/run/outcome.ts';
import { type Reason, reasons } from '../../../domain/run/reasons.ts';
import { actionName } from './events.ts';
import { anyPlace } from './fields.ts';
import { listOrNone, orText, strict } from './mapping.ts';

const reason = () => z.enum(Object.keys(reasons) as [Reason, ...Reason[]]);
const time = () => duration({ max: '31d' });

const results = ['kept', 'unhealthy', 'failed', 'dryRun'] as const satisfies readonly StepRecord['result'][];
const kinds = [
  'approvalNeeded',
  'escalation',
  'update',
  'closed',
  'storm',
] as const satisfies readonly Notification['kind'][];
const verdicts = ['grant', 'hold', 'deny'] as const;

const words = (first: string, second: string) => (text: string) => {
  const [head, tail, ...more] = text.trim().split(/\s+/);
  return { [first]: head, [second]: [tail, ...more].filter((part) => part !== undefined).join(' ') || undefined };
};

const step = orText(strict({ action: actionName(), result: z.enum(results) }), words('action', 'result'));

const run = strict({
  alert: z.string().min(1).optional().describe('Name of the alert that began it.'),
  about: anyPlace()
    .optional()
    .describe('Its target: the workload, or the pod that had the place when the alert fired.'),
  policy: z.string().min(1).optional(),
  outcome: z
    .enum([...outcomes, 'running'])
    .optional()
    .describe('running: it has not ended when the test does.'),
  reason: reason().optional(),
  phase: z.enum(phases).optional(),
  steps: listOrNone(step).optional().describe('Every step that was taken, in order: evictPod kept.'),
  refused: listOrNone(reason())
    .optional()
    .describe(
      'The reasons of every verdict of the guard that was no grant, in order; one again and again counts once.',
    ),
  wouldHave: orText(strict({ action: actionName(), verdict: z.enum(verdicts) }), words('action', 'verdict'))
    .optional()
    .describe('In Observe and DryRun: the first step, and what the guard would have said: evictPod grant.'),
  closed: time().optional().describe('When it ended, to 10 s.'),
});

const act = strict({
  at: time().optional().describe('When, to 10 s.'),
  action: actionName(),
  undo: z.literal(true).optional().describe('It takes that step back.'),
  on: anyPlace().optional().describe('The workload, or the pod that had the place at that moment.'),
});

const told = strict({
  at: time().optional().describe('When, to 10 s.'),
  receiver: z.string().min(1).describe('fallback: whom the configuration names where no policy does.'),
  kind: z.enum(kinds),
});

/** What must have come of a test. What is not written is not compared; lists are compared whole. */
export const expectationSchema = strict({
  runs: listOrNone(run).optional().describe('Every run, in the order in which they began.'),
  acts: listOrNone(act).optional().describe('Every change that Mendflow made to the cluster, in order.'),
  told: listOrNone(orText(told, words('receiver', 'kind')))
    .optional()
    .describe('Every message to a receiver, in order: oncall escalation.'),
}).refine(
  ({ runs, acts, told }) => runs !== undefined || acts !== undefined || told !== undefined,
  'must say what is expected: runs, acts or told',
);
export type Expectation = z.output<typeof expectationSchema>;
export type RunExpectation = z.output<typeof run>;
