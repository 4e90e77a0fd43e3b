import { z } from 'zod';
import { durationBounds } from '../../domain/policy/duration-field.ts';
import { type Annotation, annotation, type JsonSchema } from './json-schema.ts';

/** The message that the schema's author gave to its pattern; undefined for zod's own words. */
function patternMessage(checks: readonly z.core.$ZodCheck<never>[]): string | undefined {
  const regex = checks.find(({ _zod: { def } }) => 'format' in def && def.format === 'regex');
  const message = regex?._zod.def.error?.({} as never);
  return typeof message === 'string' ? message : undefined;
}

function notesOn(schema: z.core.$ZodType): Annotation {
  const { checks = [] } = schema._zod.def;
  const message = patternMessage(checks);
  const duration = durationBounds.get(schema as z.ZodType);
  return {
    ...(message === undefined ? {} : { patternMessage: message }),
    ...(duration === undefined ? {} : { duration }),
  };
}

/** The JSON Schema of what a person writes, with the notes that JSON Schema has no words for. */
export function annotate(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const notes = notesOn(zodSchema);
      if (Object.keys(notes).length > 0) (jsonSchema as JsonSchema)[annotation] = notes;
    },
  }) as JsonSchema;
}
