import { type CountedLine, isDigit, isLower, isQuote, isSpace, isUpper, isWordCharacter } from './work.ts';

/** A part of a line: [from, to). */
export interface Span {
  from: number;
  to: number;
}

/** Where a value begins, and how it is quoted; `depth` is the number of backslashes before its quote, as in nested JSON. */
export interface Opening {
  at: number;
  quote?: string;
  depth: number;
}

/** JSON within JSON within JSON within JSON. */
const deepest = 15;

/** Where the first value of a list begins: `["a"]` in JSON, `[a]` in Go's maps; undefined where there is no list. */
export function listAt(line: CountedLine, from: number): number | undefined {
  const at = line.endOf(isSpace, from);
  return line.at(at) === '[' && referenceAt(line, at) === 0 ? at + 1 : undefined;
}

/** Steps over spaces, backslashes and one quote before a value. */
export function openingAt(line: CountedLine, from: number): Opening {
  const afterSpace = line.endOf(isSpace, from);
  const afterSlashes = line.endOf((character) => character === '\\', afterSpace);
  const depth = afterSlashes - afterSpace;
  const quote = line.at(afterSlashes);
  if (isQuote(quote) && depth <= deepest) return { at: afterSlashes + 1, quote, depth };
  return { at: afterSpace, depth: 0 };
}

/** The value that begins there: to its closing quote, or to where an unquoted one ends; reads at most so far. */
export function valueAt(line: CountedLine, { at, quote, depth }: Opening, most = Number.POSITIVE_INFINITY): Span {
  const limit = Math.min(line.length, at + most);
  if (quote === undefined) return { from: at, to: endOfBare(line, at, limit) };
  let slashes = 0;
  for (let index = at; index < limit; index += 1) {
    const character = line.at(index);
    // An escaped quote has more backslashes than the one that opened the value.
    if (character === quote && slashes <= depth) return { from: at, to: index - slashes };
    slashes = character === '\\' ? slashes + 1 : 0;
  }
  return { from: at, to: limit };
}

const closers = ')]}';
const lookAhead = 40;

function endOfBare(line: CountedLine, from: number, limit: number): number {
  for (let index = from; index < limit; index += 1) {
    const character = line.at(index);
    if (isSpace(character) || isQuote(character) || character === '\\' || character === '<') return index;
    if (',;&'.includes(character) && isBoundary(line, index + 1)) return index;
    if (closers.includes(character) && isAfterCloser(line.at(index + 1))) return index;
  }
  return limit;
}

/** Behind a comma, a semicolon or an ampersand: the next field, or nothing. A password may hold all three. */
function isBoundary(line: CountedLine, from: number): boolean {
  const next = line.at(from);
  if (next === '' || isSpace(next) || isQuote(next) || '\\{}[]()'.includes(next)) return true;
  const most = Math.min(line.length, from + lookAhead);
  let index = from;
  while (index < most && (isWordCharacter(line.at(index)) || line.at(index) === ' ')) index += 1;
  return index > from && '=:'.includes(line.at(index) || '#');
}

const isAfterCloser = (next: string) => next === '' || isSpace(next) || isQuote(next) || '\\,;:.)]}>&'.includes(next);

const harmlessWords = new Set([
  ...['null', 'nil', 'none', 'true', 'false', 'undefined', 'empty', 'missing', 'invalid', 'expired', 'required', 'is'],
  ...['incorrect', 'wrong', 'unset', 'ok', 'present', 'yes', 'no', 'not', 'redacted', 'hidden', 'masked', 'string'],
  ...[
    'unauthorized',
    'failed',
    'error',
    'unknown',
    'ist',
    'a',
    'the',
    'cannot',
    'could',
    'must',
    'should',
    'has',
    'was',
  ],
]);

const references = ['[redacted]', '${', '$(', '{{'];

/** How many characters of a reference begin there: `${NAME}`, or what was redacted before; 0 where a value begins. */
export function referenceAt(line: CountedLine, at: number): number {
  return references.find((start) => line.has(start, at))?.length ?? 0;
}

/** A value that says nothing: empty, `****`, and unquoted `null` or the next word of a sentence. */
export function isHarmless(value: string, isQuoted: boolean): boolean {
  if (value === '' || '{['.includes(value)) return true;
  if (!isQuoted && harmlessWords.has(value.toLowerCase())) return true;
  return [...value].every((character) => '*x.|>-'.includes(character));
}

const isTokenCharacter = (sign: string) => isWordCharacter(sign) || sign === '+' || sign === '/' || sign === '%';

/**
 * Whether the value of a weak key looks like a secret: long, letters of both cases, digits or padding, none of the signs
 * of prose. Reads to the next `=` or `:` at most, so that keys in a row stay linear.
 */
export function looksSecretAt(line: CountedLine, from: number): boolean {
  const to = line.endOf(isTokenCharacter, from);
  if (to - from < 12) return false;
  const signs = [...line.slice(from, to)];
  return signs.some(isUpper) && signs.some(isLower) && (signs.some(isDigit) || line.at(to) === '=');
}
