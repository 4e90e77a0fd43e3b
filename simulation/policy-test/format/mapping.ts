import { z } from 'zod';
import { sentenceOf } from '../../../config/faults.ts';
import { nearest } from '../../../config/nearest.ts';

/** What may stand at a place that reads its own value, for editors; JSON Schema cannot be derived from code. */
export const alternatives = new WeakMap<z.core.$ZodType, readonly z.ZodType[]>();

/** `; did you mean at?`, or which names there are. */
export function hint(wrong: string, known: readonly string[]): string {
  const meant = nearest(wrong, known);
  if (meant !== undefined) return `; did you mean ${meant}?`;
  return known.length === 0 ? '' : `; possible are ${known.join(', ')}`;
}

/** Between the keys that a mapping knows, in the message of a fault. */
const separator = ', ';

/** A mapping with these keys and no others. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const error = ({ code }: { code?: string }) =>
    code === 'unrecognized_keys' ? Object.keys(shape).join(separator) : undefined;
  return z.strictObject(shape, { error });
}

/** Each key that its mapping does not know, with what is wrong with it. */
export function strangers(issue: z.core.$ZodIssue): { key: string; message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = issue.message.split(separator);
  return issue.keys.map((key) => ({ key, message: `is not a setting${hint(key, known)}` }));
}

type Context = z.core.ParsePayload;

/** The value as the schema reads it; its faults become those of the place that is being read. */
function forward<Schema extends z.ZodType>(schema: Schema, raw: unknown, { issues }: Context): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) issues.push({ ...issue, input: raw } as z.core.$ZodRawIssue);
  return z.NEVER as z.output<Schema>;
}

type Output<Members extends Record<string, z.ZodType>> = {
  [Key in keyof Members & string]: { kind: Key } & z.output<Members[Key]>;
}[keyof Members & string];

/** A mapping that says what it is by exactly one of these keys; its faults are those of that kind alone. */
export function keyed<Members extends Record<string, z.ZodObject>>(what: string, members: Members) {
  const kinds = Object.keys(members);
  const others = Object.values(members).flatMap(({ shape }) => Object.keys(shape));
  const schema = z.record(z.string(), z.unknown()).transform((raw, context): Output<Members> => {
    const given = Object.keys(raw).filter((key) => kinds.includes(key));
    const [kind, another] = given;
    if (kind !== undefined && another === undefined) {
      return { kind, ...forward(members[kind] as z.ZodObject, raw, context) } as Output<Members>;
    }
    const strange = Object.keys(raw).find((key) => !others.includes(key));
    const wrong = given.length > 1 ? `this one has ${given.join(' and ')}` : whichNot(strange, kinds);
    context.issues.push({
      code: 'custom',
      input: raw,
      message: `${what} has one of ${kinds.join(', ')}; ${wrong}`,
      path: [],
    });
    return z.NEVER;
  });
  alternatives.set(schema, Object.values(members));
  return schema;
}

function whichNot(strange: string | undefined, kinds: readonly string[]): string {
  if (strange === undefined) return 'this one has none';
  const meant = nearest(strange, kinds);
  return `${strange} is none${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** A list, or the word `none` for one that is empty. */
export function listOrNone<Item extends z.ZodType>(item: Item) {
  const list = z.array(item).max(500);
  const schema = z
    .unknown()
    .transform((raw, context): z.output<Item>[] => (raw === 'none' ? [] : forward(list, raw, context)));
  alternatives.set(schema, [z.literal('none'), list]);
  return schema;
}

/** A mapping, or a text that says the same shorter. */
export function orText<Schema extends z.ZodObject>(schema: Schema, read: (text: string) => Record<string, unknown>) {
  const either = z.unknown().transform((raw, context): z.output<Schema> => {
    if (typeof raw !== 'string') return forward(schema, raw, context);
    const given = read(raw);
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const wrong = parsed.error.issues.map((issue) => inText(issue, given)).join('; ');
    context.issues.push({ code: 'custom', input: raw, message: `"${raw}" ${wrong}`, path: [] });
    return z.NEVER as z.output<Schema>;
  });
  alternatives.set(either, [z.string(), schema]);
  return either;
}

function inText(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0]);
  return given[name] === undefined ? `has no ${name}` : `has a wrong ${name}: ${sentenceOf(issue, given[name], [])}`;
}
