import { annotation, type JsonSchema } from './json-schema.ts';

/**
 * One schema for a union, as a structural schema has none: of objects the sum of their fields, exactly one of which
 * tells the members apart; of texts all their values; of a whole number and a text Kubernetes' int-or-string. Throws,
 * naming the field, for any other union.
 */
export function mergedUnion(members: readonly JsonSchema[], path: string): JsonSchema {
  const types = new Set(members.map(({ type }) => String(type)));
  if (types.size === 1 && types.has('object')) return mergedObjects(members, path);
  if (types.size === 1 && members.every((member) => valuesOf(member) !== undefined)) {
    return { type: [...types][0] ?? '', enum: members.flatMap((member) => valuesOf(member) ?? []) };
  }
  if (members.length === 2 && types.has('integer') && types.has('string')) {
    return { ...members[0], ...members[1], type: ['integer', 'string'], 'x-kubernetes-int-or-string': true };
  }
  throw new Error(`${path}: a structural schema cannot say a union of ${[...types].join(' and ')}`);
}

function valuesOf({ enum: values, const: only }: JsonSchema): unknown[] | undefined {
  return values ?? (only === undefined ? undefined : [only]);
}

function mergedObjects(members: readonly JsonSchema[], path: string): JsonSchema {
  const fieldsOf = ({ properties = {} }: JsonSchema) => Object.keys(properties);
  const isShared = (name: string) => members.every((member) => fieldsOf(member).includes(name));
  const keys = members.map((member) => {
    // What comes after it may be said beside several members, if not beside all.
    const key = fieldsOf(member).find((name) => !isShared(name));
    if (key !== undefined) return key;
    throw new Error(`${path}: each member of a union must have one field of its own, which comes first`);
  });
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new Error(`${path}: two members of the union begin with ${twice}`);
  const properties: Record<string, JsonSchema> = {};
  for (const [index, member] of members.entries()) {
    for (const [name, field] of Object.entries(member.properties ?? {})) {
      const known = properties[name];
      const isSame = known === undefined || JSON.stringify(known) === JSON.stringify(field);
      if (!isSame) throw new Error(`${path}.${name}: the members of the union say different things about it`);
      // What a member is for is said of the field that stands for it.
      const about = name === keys[index] ? { description: field.description ?? member.description } : {};
      properties[name] = { ...field, ...(about.description === undefined ? {} : { description: about.description }) };
    }
  }
  const required = (members[0]?.required ?? []).filter((name) =>
    members.every((member) => member.required?.includes(name)),
  );
  return { type: 'object', properties, required, [annotation]: { exactlyOne: keys } };
}
