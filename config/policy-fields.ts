import { z } from 'zod';
import type { ActionSpec } from '../domain/policy/action.ts';
import { durationBounds } from '../domain/policy/duration-field.ts';
import { policySchema, stepMembers } from '../domain/policy/policy.ts';
import { durationShape } from '../domain/text/duration.ts';

/** What may stand at a place of a policy, derived from the one schema. */
export interface PolicyField {
  /** Names that may stand there, when it is a mapping. */
  keys: string[];
  /** What to write there: `a whole number from 1 to 10`, `one of Observe, Auto`. */
  words: string;
  /** What it means; empty where the schema does not say. */
  description: string;
}

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  description?: string;
  /** Bounds of a duration, in words. */
  'x-bounds'?: string;
}

const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { min, max } = durationBounds.get(zodSchema) ?? {};
      const words = [min === undefined ? '' : ` from ${min}`, max === undefined ? '' : ` to ${max}`].join('');
      if (words !== '') (jsonSchema as JsonSchema)['x-bounds'] = words;
    },
  }) as JsonSchema;

/** A step is read key by key, so its own schema says nothing of its shape; its members do. */
function stepSchema(actions: readonly ActionSpec[]): JsonSchema {
  const members = stepMembers(actions).map((member) => jsonSchemaOf(member as z.ZodType).properties ?? {});
  const { within, approval, undo, ...named } = Object.assign({}, ...members) as Record<string, JsonSchema>;
  const properties = { ...named, ...(within && { within }), ...(approval && { approval }), ...(undo && { undo }) };
  return { type: 'object', properties, required: Object.keys(named) };
}

const known = new WeakMap<readonly ActionSpec[], JsonSchema>();

function wholeSchema(actions: readonly ActionSpec[]): JsonSchema {
  const before = known.get(actions);
  if (before !== undefined) return before;
  const schema = jsonSchemaOf(policySchema(actions));
  const steps = schema.properties?.spec?.properties?.steps;
  if (steps !== undefined) steps.items = stepSchema(actions);
  known.set(actions, schema);
  return schema;
}

/** The members of a union; what is said of the whole is said of each that says nothing itself. */
const members = ({ anyOf, ...schema }: JsonSchema): JsonSchema[] =>
  anyOf?.flatMap((member) =>
    members({ ...(schema.description && { description: schema.description }), ...member }),
  ) ?? [schema];

function inside({ items, properties = {}, additionalProperties }: JsonSchema, key: PropertyKey): JsonSchema[] {
  const named = Object.hasOwn(properties, key) ? properties[String(key)] : additionalProperties;
  const inner = typeof key === 'number' ? items : named;
  return typeof inner === 'object' ? members(inner) : [];
}

const list = (values: readonly unknown[]) => (values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`);

function wordsOf({ type, pattern, minimum = 0, maximum, ...schema }: JsonSchema): string {
  if (schema.const !== undefined) return list([schema.const]);
  if (schema.enum !== undefined) return list(schema.enum);
  if (pattern === durationShape.source) return `a duration such as 30s, 10m or 1h30m${schema['x-bounds'] ?? ''}`;
  if (pattern?.endsWith('%$')) return 'a share such as 40%';
  if (type === 'integer') {
    const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
    return `a whole number from ${minimum}${isBounded ? ` to ${maximum}` : ''}`;
  }
  if (type === 'boolean') return 'true or false';
  if (type === 'array') return 'a list';
  return type === 'object' ? mappingWords(schema) : 'a text';
}

function mappingWords({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const names = Object.keys(properties);
  if (names.length === 0) return typeof additionalProperties === 'object' ? 'a mapping' : '{}';
  return `a mapping of ${names.join(', ')}${required.length === 0 ? ', or {} for the defaults' : ''}`;
}

/** Several mappings are told apart by their keys: one of them is written. */
function wordsOfAll(schemas: readonly JsonSchema[]): string {
  const names = schemas.flatMap(({ properties = {}, required = [] }) =>
    Object.keys(properties).filter((name) => required.length === 0 || required.includes(name)),
  );
  if (schemas.length > 1 && schemas.every(({ type }) => type === 'object'))
    return `a mapping with one of ${names.join(', ')}`;
  return [...new Set(schemas.map(wordsOf))].join(' or ');
}

/** What may stand at the path; an unknown path has no keys and no words. */
export function policyField(actions: readonly ActionSpec[], path: readonly PropertyKey[]): PolicyField {
  const found = path.reduce<JsonSchema[]>(
    (schemas, key) => schemas.flatMap((schema) => inside(schema, key)),
    [wholeSchema(actions)],
  );
  const meanings = [...new Set(found.map(({ description }) => description))];
  return {
    keys: [...new Set(found.flatMap(({ properties = {} }) => Object.keys(properties)))],
    words: wordsOfAll(found),
    // Of several, each with a meaning of its own, none is the meaning of this place.
    description: meanings.length === 1 ? (meanings[0] ?? '') : '',
  };
}
