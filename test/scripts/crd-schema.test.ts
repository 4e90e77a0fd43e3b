import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { duration } from '../../domain/policy/duration-field.ts';
import { annotate } from '../../scripts/crd/annotate.ts';
import { field, text } from '../../scripts/crd/cel.ts';
import { structural } from '../../scripts/crd/structural.ts';

const place = { path: 'spec', isUnbounded: false };
const shapeOf = (schema: z.ZodType) => structural(annotate(schema), place);
const rulesOf = (schema: z.ZodType) =>
  (shapeOf(schema)['x-kubernetes-validations'] ?? []).map(({ message }) => message);

describe('a structural schema', () => {
  it('has no rule for unknown fields, which the API server prunes and reports by itself', () => {
    expect(shapeOf(z.strictObject({ a: z.boolean() }))).toEqual({
      type: 'object',
      properties: { a: { type: 'boolean' } },
      required: ['a'],
    });
  });

  it('says bounds, but not those that zod gives to every whole number', () => {
    expect(shapeOf(z.int().min(1))).toEqual({ type: 'integer', minimum: 1 });
    expect(shapeOf(z.number().gt(0).lt(5))).toEqual({
      ...{ type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: true },
    });
  });

  it('tells people our defaults, and leaves filling them in to us', () => {
    expect(shapeOf(z.int().default(3).describe('Acts of one run.'))).toEqual({
      ...{ description: 'Acts of one run. Default: 3.', type: 'integer' },
    });
    expect(shapeOf(z.strictObject({}).describe('Inner.').prefault({}))).toEqual({
      description: 'Inner.',
      type: 'object',
    });
    expect(shapeOf(z.record(z.string(), z.string()).default({ a: 'b' })).description).toBe('Default: {"a":"b"}.');
  });

  it('makes an enumeration of a literal and of a union of texts', () => {
    expect(shapeOf(z.literal('one'))).toEqual({ type: 'string', enum: ['one'] });
    expect(shapeOf(z.union([z.literal('one'), z.enum(['two', 'three'])]))).toEqual({
      ...{ type: 'string', enum: ['one', 'two', 'three'] },
    });
  });

  it('keeps null where it is allowed', () => {
    expect(shapeOf(z.string().nullable())).toEqual({ type: 'string', nullable: true });
  });

  it('makes of a number or a text what Kubernetes calls int-or-string', () => {
    const amount = z.union([
      z.int().min(1),
      z
        .string()
        .max(4)
        .regex(/^\d+%$/, 'must be a number or a share'),
    ]);
    expect(shapeOf(amount)).toEqual({
      ...{ description: 'It must be a number or a share.', 'x-kubernetes-int-or-string': true },
      ...{ minimum: 1, maxLength: 4 },
      'x-kubernetes-validations': [
        { rule: String.raw`type(self) == int || self.matches('^\\d+%$')`, message: 'must be a number or a share' },
      ],
    });
  });

  it('makes one object of a union of objects, with exactly one of the fields that tell them apart', () => {
    const union = z.union([
      z.strictObject({ evict: z.strictObject({}), within: z.string() }).describe('Takes a pod away.'),
      z.strictObject({ restart: z.strictObject({}).describe('Restarts.'), within: z.string() }),
    ]);
    expect(shapeOf(union)).toEqual({
      type: 'object',
      properties: {
        evict: { description: 'Takes a pod away.', type: 'object' },
        restart: { description: 'Restarts.', type: 'object' },
        within: { type: 'string' },
      },
      required: ['within'],
      'x-kubernetes-validations': [
        {
          ...{ rule: '[has(self.evict), has(self.restart)].exists_one(is, is)' },
          message: 'must have exactly one of evict, restart',
        },
      ],
    });
  });

  it('takes the member of another schema for what zod cannot show', () => {
    const opaque = z.strictObject({ steps: z.array(z.unknown().transform(() => 1)) });
    expect(structural(annotate(opaque), place, { 'spec.steps[]': { type: 'boolean' } }).properties?.steps).toEqual({
      ...{ type: 'array', items: { type: 'boolean' } },
    });
  });

  it('says a pattern with a message of its own as a rule, whose message a person understands', () => {
    const name = z
      .string()
      .max(63)
      .regex(/^[a-z]+$/, 'must be a name');
    expect(shapeOf(name)).toEqual({
      ...{ type: 'string', maxLength: 63 },
      'x-kubernetes-validations': [{ rule: "self.matches('^[a-z]+$')", message: 'must be a name' }],
    });
  });

  it.each([
    [
      'it has no message',
      z
        .string()
        .max(63)
        .regex(/^[a-z]+$/),
    ],
    ['the text has no end', z.string().regex(/^[a-z]+$/, 'must be a name')],
  ])('keeps a pattern as it is where %s', (_, schema) => {
    expect(shapeOf(schema)).toMatchObject({ pattern: '^[a-z]+$' });
    expect(rulesOf(schema)).toEqual([]);
  });

  it('keeps a pattern as it is in a list without an end, where a rule would cost too much', () => {
    const names = z.array(
      z
        .string()
        .max(63)
        .regex(/^[a-z]+$/, 'must be a name'),
    );
    expect(shapeOf(names).items).toEqual({ type: 'string', maxLength: 63, pattern: '^[a-z]+$' });
  });

  it.each([
    [{ min: '10s', max: '4h' }, 'must be at least 10s and at most 4h', 'From 10s to 4h.'],
    [{ min: '10s' }, 'must be at least 10s', 'At least 10s.'],
    [{ max: '4h' }, 'must be at most 4h', 'At most 4h.'],
  ])('says the bounds of a duration %j', (bounds, message, description) => {
    expect(rulesOf(duration(bounds))).toEqual(['must be a duration such as 30s, 10m or 1h30m', message]);
    expect(shapeOf(duration(bounds)).description).toBe(description);
  });

  it.each([
    ['a transform of anything', z.strictObject({ x: z.unknown().transform(() => 1) }), /spec\.x: has no type/],
    ['a number or an object', z.union([z.int(), z.strictObject({})]), /spec: .* union of integer and object/],
    [
      'a union whose members have nothing of their own',
      z.union([z.strictObject({ a: z.int() }), z.strictObject({ a: z.int() })]),
      /spec: each member of a union must have one field of its own/,
    ],
    [
      'a field that two members of a union mean differently',
      z.union([z.strictObject({ a: z.int(), x: z.int() }), z.strictObject({ b: z.int(), x: z.string() })]),
      /spec\.x: the members of the union say different things/,
    ],
    ['rules about the keys of a map', z.record(z.string().regex(/^a/), z.int()), /spec: .* keys of a map/],
    ['a pattern that looks ahead', z.string().regex(/^(?=a)/), /spec: the API server does not take the pattern/],
    ['durations in a list without an end', z.array(duration({ min: '1s' })), /spec\[\]: has rules, .* no upper bound/],
    ['a tuple', z.tuple([z.int(), z.string()]), /spec: a structural schema cannot say prefixItems/],
  ])('is refused, naming the field, for %s', (_, schema, message) => {
    expect(() => shapeOf(schema)).toThrow(message);
  });
});

describe('a rule in CEL', () => {
  it.each([
    ['evictPod', 'self.evictPod'],
    ['namespace', 'self.__namespace__'],
    ['a-b.c/d', 'self.a__dash__b__dot__c__slash__d'],
    ['a__b', 'self.a__underscores__b'],
  ])('names the field %s as CEL wants it', (name, expected) => {
    expect(field('self', name)).toBe(expected);
  });

  it('quotes text', () => {
    expect(text(String.raw`it's \d`)).toBe(String.raw`'it\'s \\d'`);
  });
});
