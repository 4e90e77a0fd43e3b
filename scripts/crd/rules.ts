import { RE2JS } from 're2js';
import { parseDuration } from '../../domain/text/duration.ts';
import { durationWithin, exactlyOne, text } from './cel.ts';
import { type Annotation, annotation, type JsonSchema, type Place, type Rule, type Structural } from './json-schema.ts';

const intOrString = 'x-kubernetes-int-or-string';

/** A pattern with a message of its own becomes a rule, where a rule can be afforded: a person reads no pattern. */
function isRule(schema: JsonSchema, { isUnbounded }: Place): boolean {
  const hasEnd = schema.maxLength !== undefined || schema[intOrString] === true;
  return schema[annotation]?.patternMessage !== undefined && hasEnd && !isUnbounded;
}

/** The pattern, unless a rule stands for it. Throws for a pattern that the API server's RE2 does not take. */
export function patternOf(schema: JsonSchema, place: Place): Structural {
  if (schema.pattern === undefined) return {};
  try {
    RE2JS.compile(schema.pattern);
  } catch (cause) {
    throw new Error(`${place.path}: the API server does not take the pattern ${schema.pattern}`, { cause });
  }
  return isRule(schema, place) ? {} : { pattern: schema.pattern };
}

/** The rules in CEL, for all that a structural schema has no words for. */
export function rulesOf(schema: JsonSchema, place: Place): Structural {
  const { exactlyOne: names, duration } = schema[annotation] ?? {};
  const rules: Rule[] = [
    ...(names === undefined
      ? []
      : [{ rule: exactlyOne(names), message: `must have exactly one of ${names.join(', ')}` }]),
    ...(isRule(schema, place) ? [matching(schema)] : []),
    ...(duration === undefined ? [] : [lasting(duration)]),
  ];
  const isCostly = place.isUnbounded && rules.length > 0;
  if (isCostly) throw new Error(`${place.path}: has rules, and an array or a map around it has no upper bound`);
  return rules.length === 0 ? {} : { 'x-kubernetes-validations': rules };
}

function matching(schema: JsonSchema): Rule {
  const matches = `self.matches(${text(schema.pattern ?? '')})`;
  return {
    rule: schema[intOrString] === true ? `type(self) == int || ${matches}` : matches,
    message: schema[annotation]?.patternMessage ?? '',
  };
}

function lasting({ min, max }: NonNullable<Annotation['duration']>): Rule {
  const minMs = parseDuration(min ?? '0s') ?? 0;
  const maxMs = parseDuration(max ?? '') ?? Number.POSITIVE_INFINITY;
  const words = [min === undefined ? [] : `at least ${min}`, max === undefined ? [] : `at most ${max}`].flat();
  return { rule: durationWithin({ minMs, maxMs }), message: `must be ${words.join(' and ') || 'a duration'}` };
}
