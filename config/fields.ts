import { z } from 'zod';
import { type FieldMeta, fieldRegistry } from './field.ts';
import { configSchema } from './schema.ts';

/** One field of the configuration, as the reference and the loader see it. */
export interface ConfigField extends FieldMeta {
  /** Where it stands in the file: `api.port`. */
  path: string;
  description: string;
  /** Default as written in a file; undefined when the field is optional. */
  fallback: unknown;
}

const unwrap = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodPrefault ? unwrap(schema.unwrap() as z.ZodType) : schema;

const fallbackOf = (schema: z.ZodType): unknown =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined;

function fieldsOf(schema: z.ZodType, path: readonly string[]): ConfigField[] {
  // Asked for what it has: metadata without an entry counts as none for zod.
  if (fieldRegistry.has(schema)) {
    const meta = fieldRegistry.get(schema);
    return [{ ...meta, path: path.join('.'), description: schema.description ?? '', fallback: fallbackOf(schema) }];
  }
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape).flatMap(([key, value]) => fieldsOf(value as z.ZodType, [...path, key]));
}

/** Every field in the order of its declaration. */
export const configFields: readonly ConfigField[] = fieldsOf(
  configSchema({ env: {}, readFile: () => '' }) as z.ZodType,
  [],
);
