import { z } from 'zod';
import { duration } from '../../../domain/policy/duration-field.ts';
import { clusterSchema, prometheusSchema } from './cluster.ts';
import { eventSchema } from './events.ts';
import { expectationSchema } from './expectation.ts';
import { alternatives, strict } from './mapping.ts';

const shared = {
  set: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Fields of the policies’ spec that are different here; mappings are merged. { mode: Auto }'),
  guard: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('The section guard of the configuration, as far as it differs from the defaults.'),
  start: z.iso
    .datetime({ offset: true, error: 'must be a time such as 2026-03-29T00:30:00Z' })
    .transform((text) => Date.parse(text))
    .optional()
    .describe('When the test begins; default Monday 2026-03-02T10:00:00Z.'),
  cluster: clusterSchema.optional(),
  prometheus: prometheusSchema.optional(),
};

const test = strict({
  name: z.string().min(1).max(200).describe('A sentence that is true when the test passes.'),
  ...shared,
  events: z.array(eventSchema).min(1).max(500),
  for: duration({ min: '1s', max: '31d' }).describe('How long the test lasts, in virtual time.'),
  expect: expectationSchema,
});

/** A file of tests, without what its policies and its names mean. */
export const testFileSchema = strict({
  policies: z
    .array(z.string().min(1))
    .min(1)
    .max(50)
    .optional()
    .describe('Files of policies, from this file’s folder. Default: the file of the same name without .test.'),
  ...shared,
  tests: z.array(test).min(1).max(500),
});
export type TestFile = z.output<typeof testFileSchema>;
export type TestFields = TestFile['tests'][number];

/** JSON Schema of a file of tests, for editors. */
export const testFileJsonSchema = (): unknown => jsonSchemaOf(testFileSchema);

function jsonSchemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const members = alternatives.get(zodSchema);
      if (members === undefined) return;
      const { description } = jsonSchema;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, { ...(description && { description }), anyOf: members.map(withoutDialect) });
    },
  });
}

/** Stands inside of another schema, which says for both which dialect it is. */
function withoutDialect(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...inner } = jsonSchemaOf(schema);
  return inner;
}
