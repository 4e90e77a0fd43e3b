import { z } from 'zod';
import { actions } from '../../activities/actions/index.ts';
import { policySchema } from '../../domain/policy.ts';
import { code, page, table } from './markdown.ts';

type Action = (typeof actions)[number];

interface ParamSchema {
  required?: string[];
  properties?: Record<string, { description?: string; default?: unknown }>;
}

const undoOf = ({ undoes }: Action) => (undoes === undefined ? 'It cannot be undone.' : `Its undo ${undoes}.`);

function section(action: Action): string {
  const { properties = {}, required = [] } = z.toJSONSchema(action.params, { io: 'input' }) as ParamSchema;
  const params = Object.entries(properties).map(([name, { description = '', default: fallback }]) => [
    code(name),
    fallback === undefined ? (required.includes(name) ? 'required' : '') : code(JSON.stringify(fallback)),
    description,
  ]);
  const permissions = action.permissions.map(({ apiGroups, resources, verbs, everywhere }) => [
    apiGroups.map((group) => (group === '' ? 'core' : group)).join(', '),
    resources.join(', '),
    `${verbs.join(', ')}${everywhere ? ' (in every namespace)' : ''}`,
  ]);
  return [
    `## ${action.name}`,
    action.summary,
    `Risk: ${action.risk}. Acts on: ${action.targets.join(', ')}. ${undoOf(action)}`,
    params.length === 0 ? 'No parameters.' : table(['parameter', 'default', 'meaning'], params),
    permissions.length === 0 ? 'No permissions.' : table(['API group', 'resource', 'verbs'], permissions),
  ].join('\n\n');
}

/** docs/reference/actions.md: every action with its parameters and the permissions it uses. */
export const actionsPage = (): string =>
  page('Actions', 'activities/actions/', 'A step of a policy is one of these.', ...actions.map(section));

/** docs/reference/policy.schema.json, for editors. */
export const policyJsonSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(policySchema(actions), { io: 'input', unrepresentable: 'any' }), null, 2)}\n`;
