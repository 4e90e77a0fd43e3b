import { annotation, type JsonSchema, type Structural } from './json-schema.ts';

/** What `kubectl explain` says of a field: its meaning, the bounds that only a rule knows, and our default. */
export function describing(schema: JsonSchema): Structural {
  const sentences = [schema.description, shapeInWords(schema), boundsInWords(schema), defaultInWords(schema.default)];
  const description = sentences.filter((sentence) => sentence !== undefined).join(' ');
  return description === '' ? {} : { description };
}

/** `kubectl explain` has no word for the type of a number or a text. */
function shapeInWords({ [annotation]: notes, ...schema }: JsonSchema): string | undefined {
  const isShown = schema['x-kubernetes-int-or-string'] !== true || notes?.patternMessage === undefined;
  return isShown ? undefined : `It ${notes.patternMessage}.`;
}

function boundsInWords({ [annotation]: notes }: JsonSchema): string | undefined {
  const { min, max } = notes?.duration ?? {};
  if (min !== undefined && max !== undefined) return `From ${min} to ${max}.`;
  if (min !== undefined) return `At least ${min}.`;
  return max === undefined ? undefined : `At most ${max}.`;
}

function defaultInWords(value: unknown): string | undefined {
  if (typeof value === 'string') return `Default: ${value}.`;
  if (typeof value !== 'object' || value === null)
    return value === undefined ? undefined : `Default: ${String(value)}.`;
  // Nothing by default: the fields inside have defaults of their own.
  return Object.keys(value).length === 0 ? undefined : `Default: ${JSON.stringify(value)}.`;
}
