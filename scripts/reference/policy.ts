import { z } from 'zod';
import { actions } from '../../activities/actions/index.ts';
import { policyField } from '../../config/policy-fields.ts';
import { readPolicyText } from '../../config/policy-text.ts';
import { checkKinds } from '../../domain/policy/checks/index.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { code, page, table } from './markdown.ts';
import { aboutChecks, aboutFaults, aboutMatchers, example, intro } from './policy-words.ts';

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  default?: unknown;
}
type Path = readonly (string | number)[];

const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** Within a list every item is alike: the first stands for all. */
const written = (path: Path) =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[]` : `${text}${text && '.'}${key}`), '');

/** How durations are written, the page says once. */
function typeOf(path: Path) {
  const { words, description } = policyField(actions, path);
  return { words: words.replace(' such as 30s, 10m or 1h30m', ''), description };
}

function fallback({ default: value }: JsonSchema, isRequired: boolean): string {
  if (isRequired) return 'required';
  const isNothing = value === undefined || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}';
  return isNothing ? '' : code(typeof value === 'string' ? value : JSON.stringify(value));
}

/** One row for each field that takes a value, in the order of the schema. `root` is where the names in the table begin. */
function rows(schema: JsonSchema, path: Path, root: number, isRequired = false): string[][] {
  const { properties, required = [], items } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, inner]) =>
      rows(inner, [...path, name], root, required.includes(name)),
    );
  }
  if (items?.properties !== undefined) return rows(items, [...path, 0], root);
  const { words, description } = typeOf(path);
  const type = items === undefined ? words : `a list, each ${typeOf([...path, 0]).words}`;
  return [[code(written(path.slice(root))), type, fallback(schema, isRequired), description]];
}

const head = ['field', 'type', 'default', 'meaning'];

function section(title: string, path: Path, ...words: string[]): string {
  const schema = path.reduce<JsonSchema>(
    (inner, key) => inner.properties?.[key] ?? {},
    jsonSchema(policySchema(actions)),
  );
  const name = path.at(-1);
  const named = name === undefined ? schema : { properties: { [name]: schema } };
  return [`## ${title}`, ...words, table(head, rows(named, path.slice(0, -1), Math.max(0, path.length - 1)))].join(
    '\n\n',
  );
}

/** The settings that stand by themselves right under `spec`. */
function ownSettings(): string {
  const { properties = {} } = jsonSchema(policySchema(actions)).properties?.spec ?? {};
  const own = Object.entries(properties).filter(
    ([, inner]) => inner.properties === undefined && inner.items === undefined,
  );
  const all = own.flatMap(([name, inner]) => rows(inner, ['spec', name], 1));
  return ['## Mode and priority', table(head, all)].join('\n\n');
}

/** A check's fields do not depend on where in the list it stands. */
function checks(): string[] {
  return checkKinds.map(({ name, summary, params }) => {
    const schema = { properties: { [name]: jsonSchema(params) } };
    return [`### ${name}`, summary, table(head, rows(schema, ['spec', 'verify', 0], 3))].join('\n\n');
  });
}

function steps(): string {
  const known = actions.map(({ name, risk, summary }) => [
    `[${code(name)}](actions.md#${name.toLowerCase()})`,
    risk,
    summary,
  ]);
  const shared = ['within', 'approval'].map((name) => {
    const { words, description } = typeOf(['spec', 'steps', 0, name]);
    return [code(name), words, name === 'within' ? code('10m') : code('None'), description];
  });
  return [
    '## steps',
    policyField(actions, ['spec', 'steps']).description,
    'Each step names one action and its parameters; beside it stand:',
    table(head, shared),
    table(['action', 'risk', 'what it does'], known),
  ].join('\n\n');
}

function valid(text: string): string {
  const { faults } = readPolicyText('the example', text, { actions, receivers: undefined });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return `\`\`\`yaml\n${text}\`\`\``;
}

/** docs/reference/policy.md: every field of a policy, with its type, default and meaning. */
export const policyPage = (): string =>
  page(
    'Policies',
    'domain/policy/policy.ts and domain/policy/checks/',
    intro,
    valid(example),
    ownSettings(),
    section('match', ['spec', 'match'], aboutMatchers),
    section('scope', ['spec', 'scope']),
    ['## verify', aboutChecks].join('\n\n'),
    ...checks(),
    section('guards', ['spec', 'guards'], 'What each guard does with them: [guards.md](guards.md).'),
    steps(),
    section('healthy', ['spec', 'healthy']),
    section('approval', ['spec', 'approval']),
    section('escalation', ['spec', 'escalation']),
    aboutFaults,
  );
