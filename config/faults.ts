import type { z } from 'zod';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;

const didYouMean = (wrong: string, known: readonly string[]): string => {
  const name = nearest(wrong, known);
  return name === undefined ? '' : `; did you mean ${name}?`;
};

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));

function invalidValue(issue: Extract<Issue, { code: 'invalid_value' }>, given: unknown): string {
  const allowed = issue.values.map(String);
  const hint = typeof given === 'string' ? didYouMean(given, allowed) : '';
  return `must be ${allowed.length === 1 ? allowed[0] : `one of ${allowed.join(', ')}`}, is ${quoted(given)}${hint}`;
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
      return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters long' : ''}${shown}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}${shown}`;
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
