import { describing } from './describing.ts';
import { annotation, type JsonSchema, type Place, type Structural } from './json-schema.ts';
import { patternOf, rulesOf } from './rules.ts';
import { mergedUnion } from './union.ts';

/** Schemas that stand in for what zod cannot show, by path: what the input of a transform must be. */
export type StandIns = Readonly<Record<string, JsonSchema>>;

/** Said in other words, or left out on purpose: unknown fields are pruned, and reported, by the API server itself. */
const reworded = new Set<string>([
  ...['$schema', 'type', 'description', 'default', 'properties', 'required', 'additionalProperties', 'items'],
  ...['propertyNames', 'const', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', annotation],
]);

/** Taken over as they are. */
const kept = [
  ...['enum', 'format', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
  'x-kubernetes-int-or-string',
];

/**
 * The structural schema that says the same. Throws, naming the field, for what a structural schema has no words for: a
 * definition that says less than the policy's own schema would be noticed only in somebody's cluster.
 */
export function structural(given: JsonSchema, place: Place, standIns: StandIns = {}): Structural {
  const { anyOf, oneOf, ...rest } = standIns[place.path] ?? given;
  const members = anyOf ?? oneOf;
  const schema = members === undefined ? rest : { ...mergedUnion(members, place.path), ...rest };
  const unsaid = Object.keys(schema).filter((keyword) => !reworded.has(keyword) && !kept.includes(keyword));
  if (unsaid.length > 0) throw new Error(`${place.path}: a structural schema cannot say ${unsaid.join(', ')}`);
  return {
    ...describing(schema),
    ...typing(schema, place.path),
    ...picked(schema, kept),
    ...(schema.const === undefined ? {} : { enum: [schema.const] }),
    ...bounds(schema),
    ...patternOf(schema, place),
    ...parts(schema, place, standIns),
    ...rulesOf(schema, place),
  };
}

function picked(schema: JsonSchema, keywords: readonly string[]): Structural {
  return Object.fromEntries(
    keywords.filter((keyword) => schema[keyword] !== undefined).map((keyword) => [keyword, schema[keyword]]),
  );
}

function typing({ type, ...schema }: JsonSchema, path: string): Structural {
  if (schema['x-kubernetes-int-or-string'] === true) return {};
  const types = [type ?? []].flat();
  const [only, ...others] = types.filter((name) => name !== 'null');
  if (only === undefined || others.length > 0) {
    throw new Error(
      `${path}: has ${only === undefined ? 'no type' : `the types ${types.join(' and ')}`}; a structural schema wants one`,
    );
  }
  return { type: only, ...(types.includes('null') ? { nullable: true } : {}) };
}

/** The largest and smallest safe integers are zod's way to say "any". */
const isBound = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): Structural {
  return {
    ...(isBound(minimum) ? { minimum } : {}),
    ...(isBound(exclusiveMinimum) ? { minimum: exclusiveMinimum, exclusiveMinimum: true } : {}),
    ...(isBound(maximum) ? { maximum } : {}),
    ...(isBound(exclusiveMaximum) ? { maximum: exclusiveMaximum, exclusiveMaximum: true } : {}),
  };
}

function parts(schema: JsonSchema, { path, isUnbounded }: Place, standIns: StandIns): Structural {
  const { properties, required = [], items, additionalProperties, propertyNames = {} } = schema;
  if (Object.keys(propertyNames).some((keyword) => keyword !== 'type')) {
    throw new Error(`${path}: a structural schema cannot say anything about the keys of a map`);
  }
  const inner = (part: JsonSchema, suffix: string, most: number | undefined) =>
    structural(part, { path: `${path}${suffix}`, isUnbounded: isUnbounded || most === undefined }, standIns);
  const named = Object.entries(properties ?? {}).map(([name, part]) => [name, inner(part, `.${name}`, 1)]);
  return {
    ...(named.length > 0 ? { properties: Object.fromEntries(named) } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(items === undefined ? {} : { items: inner(items, '[]', schema.maxItems) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: inner(additionalProperties, '{}', schema.maxProperties) }
      : {}),
  };
}
