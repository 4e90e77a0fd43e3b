import { z } from 'zod';
import { actions } from '../../activities/actions/index.ts';
import { policySchema, stepMembers } from '../../domain/policy/policy.ts';
import { code, type FieldsSchema, fieldRows, page, table } from './markdown.ts';

type Action = (typeof actions)[number];

function parametersOf({ params }: Action): string {
  const rows = fieldRows(z.toJSONSchema(params, { io: 'input' }) as FieldsSchema);
  return rows.length === 0 ? 'No parameters.' : table(['parameter', 'default', 'meaning'], rows);
}

function permissionsOf({ permissions }: Action): string {
  if (permissions.length === 0) return 'It needs no right in the cluster beside those that every worker has.';
  const rows = permissions.map(({ apiGroups, resources, verbs, everywhere }) => [
    apiGroups.map((group) => (group === '' ? 'core' : group)).join(', '),
    resources.join(', '),
    `${verbs.join(', ')}${everywhere ? ' (in every namespace)' : ''}`,
  ]);
  return table(['API group', 'resource', 'verbs'], rows);
}

/** What sets an action apart, a line each. */
function manners(action: Action): string {
  const { undoes, changesSpec, marksTemplate, needsApproval, takesPodAway, takesNodeAway, takesLong } = action;
  const lines = [
    `Risk: ${action.risk}. Acts on: ${action.targets.join(', ')}.`,
    `Undo: ${undoes === undefined ? 'none' : `it ${undoes}`}.`,
    ...(changesSpec
      ? [
          'It changes the spec: refused for what a tool or an operator manages (Argo CD, Flux, Helm, an owner), unless `scope.managedBy` names it.',
        ]
      : []),
    ...(marksTemplate
      ? ['It marks the pod template: refused for what an operator owns, unless `scope.managedBy` names it.']
      : []),
    ...(needsApproval ? ['A policy must have a person approve it: `approval: Required`.'] : []),
    ...(takesPodAway ? ['It takes a pod away: other pods must be ready first (`guards.minReady`).'] : []),
    ...(takesNodeAway
      ? ['It takes a node out of use: never while too many nodes are unhealthy (`guards.maxUnhealthy`).']
      : []),
    ...(takesLong ? ['It waits by itself, for as long as its step may take (`within`).'] : []),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

const section = (action: Action): string =>
  [`## ${action.name}`, action.summary, manners(action), parametersOf(action), permissionsOf(action)].join('\n\n');

const overview = (): string =>
  table(
    ['action', 'acts on', 'risk', 'undo', 'changes the spec'],
    actions.map(({ name, targets, risk, undoes, changesSpec }) => [
      code(name),
      targets.join(', '),
      risk,
      undoes === undefined ? 'no' : 'yes',
      changesSpec ? 'yes' : 'no',
    ]),
  );

/** docs/reference/actions.md: every action with its parameters, its undo and the permissions it uses. */
export const actionsPage = (): string =>
  page('Actions', 'activities/actions/', 'A step of a policy is one of these.', overview(), ...actions.map(section));

/** docs/reference/policy.schema.json, for editors. */
export function policyJsonSchema(): string {
  const schema = jsonSchemaOf(policySchema(actions));
  const steps = fieldOf(fieldOf(schema, 'spec'), 'steps');
  steps.items = { anyOf: stepMembers(actions).map(stepJsonSchema) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

const jsonSchemaOf = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

function fieldOf({ properties = {} }: JsonSchema, name: string): JsonSchema {
  const field = properties[name];
  if (typeof field !== 'object') throw new Error(`the schema has no field ${name}`);
  return field;
}

/** A policy reads its steps key by key, so its own schema says nothing of them; here an editor learns each action. */
function stepJsonSchema(member: z.ZodType, index: number): JsonSchema {
  const { $schema: _, ...step } = jsonSchemaOf(member);
  const { name = '', summary = '' } = actions[index] ?? {};
  return { ...step, description: summary, required: [name] };
}
