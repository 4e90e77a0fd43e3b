import { z } from 'zod';
import { guardSettings } from '../guard/settings.ts';
import { optOutLabel } from '../run/contract.ts';
import { managerShape, managers } from '../target/managed-by.ts';
import { isSystemNamespace } from '../target/system-namespace.ts';
import { kubernetesName } from '../text/names.ts';
import type { ActionSpec, Risk } from './action.ts';
import { type Check, checkSchema } from './checks/index.ts';
import { duration } from './duration-field.ts';
import { labelsField } from './label-field.ts';
import { policyModes } from './mode.ts';
import { templateNames } from './template.ts';

/** When a person must approve a step. WhenRisky: unless the action is of low risk and other pods of the workload are ready. */
export const approvals = ['None', 'WhenRisky', 'Required'] as const;
export type Approval = (typeof approvals)[number];

const approval = z.enum(approvals).default('None');

/** When what a step changed is taken back: as the run hands over or ends, or, WhenHealthy, as the workload is healthy again. */
export const undoings = ['Never', 'Unhealthy', 'WhenHealthy', 'Always'] as const;
export type Undoing = (typeof undoings)[number];

const matcher = z.string().min(1).max(500).describe('One matcher or several, such as severity=~"warning|critical".');
const namespace = z
  .string()
  .max(63)
  .regex(kubernetesName, 'must be a namespace name')
  .describe('Name of a namespace, whole; there is no “everywhere”.');
const receiver = z.string().min(1).describe('Name of a receiver of the configuration file.');

const manager = z
  .string()
  .max(320)
  .regex(managerShape, `must be one of ${managers.join(', ')}, or the Kind.group of the owner`)
  .describe(`One of ${managers.join(', ')}, or the Kind.group of an owner, such as Tenant.minio.min.io.`);

const match = z
  .strictObject({
    alerts: uniqueItems(z.array(matcher).min(1).max(50)).describe(
      'Matchers in Alertmanager syntax, all of which must hold: severity=~"warning|critical".',
    ),
  })
  .describe('Which alerts the policy is for.');

const scope = z
  .strictObject({
    namespaces: uniqueItems(z.array(namespace).max(500)).default([]).describe('Where the policy may act.'),
    nodes: labelsField()
      .optional()
      .describe('Labels that a node must carry, all of them; without them the policy acts on no node.'),
    excludeLabels: labelsField()
      .default({ [optOutLabel]: 'disabled' })
      .describe('Labels of a pod, workload, node or namespace that take it out of the policy.'),
    managedBy: uniqueItems(z.array(manager).max(20))
      .default([])
      .describe(
        'Tools and operators whose workloads a step may change as well; each of them may change it back from its source.',
      ),
  })
  .refine(({ namespaces, nodes }) => namespaces.length > 0 || Object.keys(nodes ?? {}).length > 0, {
    path: ['namespaces'],
    message: 'names at least one namespace, or scope.nodes the labels of nodes',
  })
  .describe('Where the policy may act; there is no “everywhere”.');

const escalationLevel = z.strictObject({
  notify: uniqueItems(z.array(receiver).min(1)).describe('Receivers of the configuration file.'),
  acknowledgeWithin: duration({ min: '10s', max: '24h' })
    .optional()
    .describe('The next level is told when nobody acknowledged by then.'),
  message: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe(
      `Put before the summary. Filled in are ${templateNames.map((name) => `{{${name}}}`).join(', ')}; what the run does not know stays empty.`,
    ),
});

const undo = z.enum(undoings).default('Never');
const undoWords =
  'Whether the step is taken back when the run hands over or ends: Never, only when Unhealthy, or Always. WhenHealthy: not before the workload is healthy, however long a person is asked.';
const besideAction = ['within', 'approval', 'undo'];

/** A step as it is written, one member for each action: one key, the action, beside its deadline and approval. */
export function stepMembers(actions: readonly ActionSpec[]) {
  const members = actions.map((action) =>
    z.strictObject({
      [action.name]: action.params.strict().prefault({}).describe(action.summary),
      within: duration({ min: '10s', max: '2h' })
        .prefault('10m')
        .describe('The workload must be healthy this long after the step began.'),
      approval: approval.describe(
        'Required: a person must approve this step. WhenRisky: unless its risk is low and other pods are ready.',
      ),
      ...(action.undoes === undefined ? {} : { undo: undo.describe(undoWords) }),
    }),
  );
  return members;
}

/** The steps of a policy: each names exactly one known action; says which are known when it does not. */
function stepsSchema(actions: readonly ActionSpec[]) {
  const byName = new Map(actions.map((action, index) => [action.name, index]));
  const members = stepMembers(actions);
  const names = actions.map((action) => action.name);
  const step = z.record(z.string(), z.unknown()).transform((raw, context): PlannedStep => {
    const keys = Object.keys(raw).filter((key) => !besideAction.includes(key));
    const known = keys.filter((key) => byName.has(key));
    if (known.length !== 1 || known[0] === undefined) {
      const wrong = keys.find((key) => !byName.has(key));
      context.issues.push({
        code: 'custom',
        input: raw,
        message:
          known.length > 1
            ? `a step has one action, this one has ${known.join(' and ')}`
            : `a step names one action of ${names.join(', ')}${wrong === undefined ? '' : `; ${wrong} is not one`}`,
        path: wrong === undefined ? [] : [wrong],
      });
      return z.NEVER;
    }
    const name = known[0];
    const index = byName.get(name) ?? 0;
    const parsed = members[index]?.safeParse(raw);
    if (!parsed?.success) {
      for (const issue of parsed?.error.issues ?? []) context.issues.push({ ...issue, input: raw } as never);
      return z.NEVER;
    }
    const data = parsed.data as { within: number; approval: Approval; undo?: Undoing };
    if (actions[index]?.needsApproval && data.approval !== 'Required') {
      const message = `must be Required: ${name} sets aside what protects the workload, so a person decides`;
      context.issues.push({ code: 'custom', input: raw, message, path: ['approval'] });
      return z.NEVER;
    }
    return {
      action: name,
      params: (parsed.data as Record<string, unknown>)[name] as Record<string, unknown>,
      withinMs: data.within,
      approval: data.approval,
      ...(data.undo === undefined || data.undo === 'Never' ? {} : { undo: data.undo }),
      risk: actions[index]?.risk ?? 'high',
      takesPodAway: actions[index]?.takesPodAway ?? true,
      ...(actions[index]?.takesNodeAway && { takesNodeAway: true as const }),
      ...(actions[index]?.takesLong && { takesLong: true as const }),
      ...(actions[index]?.undoes && { canUndo: true as const }),
    };
  });
  return z.array(step).max(10);
}

/** One action with its parameters, ready to be asked for, approved and run. */
export interface PlannedStep {
  action: string;
  params: Record<string, unknown>;
  /** Time from the start of the step until the workload must be healthy. */
  withinMs: number;
  approval: Approval;
  /** Absent: never. */
  undo?: Exclude<Undoing, 'Never'>;
  risk: Risk;
  /** It takes the target pod away, so other pods must be ready (guards.minReady). */
  takesPodAway: boolean;
  /** It takes a node out of use. */
  takesNodeAway?: true;
  /** The action waits by itself, for as long as the step may take. */
  takesLong?: true;
  /** What it changed can be taken back. */
  canUndo?: true;
}

/** Refuses a parameter that names a namespace outside of the scope, or one that is never touched. */
function namespacesInScope(actions: readonly ActionSpec[]) {
  type Spec = { steps: PlannedStep[]; scope: { namespaces: string[] } };
  return (
    { steps, scope }: Spec,
    context: { addIssue(issue: { code: 'custom'; message: string; path: PropertyKey[] }): void },
  ) => {
    for (const [index, { action, params }] of steps.entries()) {
      const name = actions.find((known) => known.name === action)?.namespaceParam;
      const namespace = name === undefined ? undefined : params[name];
      if (name === undefined || typeof namespace !== 'string') continue;
      const isSystem = isSystemNamespace(namespace);
      if (!isSystem && scope.namespaces.includes(namespace)) continue;
      const message = isSystem ? 'is a system namespace, which is never touched' : 'must be one of scope.namespaces';
      context.addIssue({ code: 'custom', message, path: ['steps', index, action, name] });
    }
  };
}

/**
 * The one declaration of a policy, for the actions given. Parsing turns durations into milliseconds and each step into
 * a PlannedStep; unknown fields are errors.
 */
export function policySchema(actions: readonly ActionSpec[]) {
  return z.strictObject({
    apiVersion: z.literal('mendflow.dev/v1alpha1'),
    kind: z.literal('RemediationPolicy'),
    metadata: z.object({
      name: z
        .string()
        .regex(kubernetesName, 'must be a Kubernetes name')
        .describe('Lower-case letters, digits, - and .; each policy has its own.'),
      namespace: z.string().optional(),
    }),
    spec: z
      .strictObject({
        mode: z
          .enum(policyModes)
          .default('Observe')
          .describe(
            'Observe records what it would do; DryRun asks the API server with dryRun=All; Approve asks a person for each step; Auto acts.',
          ),
        priority: z.int().min(0).max(10_000).default(100).describe('The highest that matches drives the run.'),
        match,
        scope,
        verify: z.array(checkSchema).min(1).max(10).describe('All must still hold, live, before each act.'),
        guards: guardSettings.prefault({}),
        steps: stepsSchema(actions).describe(
          'Mildest first; the next is taken when the workload is not healthy in time. With [] people are told at once, with the evidence: for faults that no act helps against.',
        ),
        healthy: z
          .strictObject({
            stableFor: duration({ min: '1s', max: '1h' })
              .prefault('60s')
              .describe('No restart for this long, and all pods ready but those that were not ready before the act.'),
          })
          .describe('When the workload counts as healed.')
          .prefault({}),
        approval: z
          .strictObject({
            expiresAfter: duration({ min: '10s', max: '24h' })
              .prefault('15m')
              .describe('No answer until then counts as rejected.'),
            twoPeople: z
              .boolean()
              .default(false)
              .describe('Two different people must approve; who asked for another try does not count.'),
          })
          .describe('How people approve the steps that need it.')
          .prefault({}),
        escalation: z
          .array(escalationLevel)
          .max(5)
          .default([])
          .describe('Who is told, in order, until somebody acknowledges.'),
      })
      .superRefine(namespacesInScope(actions))
      .describe('Which alerts are remediated where, and how far that may go.'),
  });
}

export type Policy = z.output<ReturnType<typeof policySchema>>;
export type { Check };
export type EscalationLevel = Policy['spec']['escalation'][number];

/** A list in which no text stands twice; the fault is that of the second one. */
export function uniqueItems<List extends z.ZodArray<z.ZodType<string>>>(list: List): List {
  return list.superRefine((items, context) => {
    for (const [index, item] of (items as string[]).entries()) {
      if ((items as string[]).indexOf(item) === index) continue;
      context.addIssue({ code: 'custom', path: [index], message: `${item} is there twice; leave one out` });
    }
  }) as List;
}
