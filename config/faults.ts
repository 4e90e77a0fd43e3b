import type { z } from 'zod';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;

const didYouMean = (wrong: string, known: readonly string[]): string => {
  const name = nearest(wrong, known);
  return name === undefined ? '' : `; did you mean ${name}?`;
};

const escaped = (sign: string) => `\\u{${sign.codePointAt(0)?.toString(16)}}`;

/** A value as a person would recognise it, on one line and not too long. */
export function quoted(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value !== 'string' && typeof value !== 'object') return String(value);
  // Signs that cannot be seen are what is wrong, more often than not.
  const text = JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

function invalidValue(issue: Extract<Issue, { code: 'invalid_value' }>, given: unknown): string {
  const allowed = issue.values.map(String);
  const must = `must be ${allowed.length === 1 ? allowed[0] : `one of ${allowed.join(', ')}`}`;
  if (given === undefined) return must;
  // YAML takes True, False and numbers for something else than a text.
  const bare = typeof given === 'string' ? undefined : allowed.find((text) => text.toLowerCase() === String(given));
  if (bare !== undefined) return `${must}, is ${quoted(given)}; write it in quotes: "${bare}"`;
  return `${must}, is ${quoted(given)}${typeof given === 'string' ? didYouMean(given, allowed) : ''}`;
}

/** `must be at least 3`, `must be at most 63 characters long`, `must hold at least 1 item`. */
function sizeOf({ origin }: { origin: string }, bound: 'least' | 'most', size: number | bigint): string {
  if (origin === 'array') return `must hold at ${bound} ${size} ${size === 1 ? 'item' : 'items'}`;
  if (origin !== 'string') return `must be at ${bound} ${size}`;
  return bound === 'least' && size === 1 ? 'must not be empty' : `must be at ${bound} ${size} characters long`;
}

/** The most telling issue of a union: that of the member which got furthest. */
function unionMessage(issue: Extract<Issue, { code: 'invalid_union' }>, given: unknown): string {
  const own = issue.errors.flat();
  const telling = own.find((inner) => inner.code !== 'invalid_type') ?? own[0];
  return telling === undefined ? 'is not valid' : sentenceOf(telling, given, []);
}

/**
 * What is wrong with a value, as the end of a sentence that begins with the field's name. `known` are the keys that the
 * value may have. Never repeats the text of a value that is secret: pass undefined for it.
 */
export function sentenceOf(issue: Issue, given: unknown, known: readonly string[]): string {
  const shown = given === undefined ? '' : `, is ${quoted(given)}`;
  switch (issue.code) {
    case 'invalid_type':
      return given === undefined && issue.message.endsWith('undefined')
        ? 'is required'
        : `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected === 'int' ? 'whole number' : issue.expected}${shown}`;
    case 'too_small':
      return `${sizeOf(issue, 'least', issue.minimum)}${shown}`;
    case 'too_big':
      return `${sizeOf(issue, 'most', issue.maximum)}${shown}`;
    case 'invalid_value':
      return invalidValue(issue, given);
    case 'invalid_union':
      return unionMessage(issue, given);
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${key} is not a setting${didYouMean(key, known)}`).join(', ');
    default:
      return issue.code === 'custom' ? issue.message : `${issue.message}${shown}`;
  }
}
