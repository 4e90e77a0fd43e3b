import { charClass, escapedSet, readEscape } from './char-class.ts';
import { Cursor, Unsupported } from './cursor.ts';
import { chars, charsBut, concat, either, empty, type Language, literal, repeat } from './language.ts';

const newline: [number, number] = [0x0a, 0x0a];
/** A counted part is written out; larger ones would take too long to walk. */
const maxWritten = 4_000;

/**
 * The language of an anchored RE2 pattern that compiles; undefined for what is not read here (flags, word boundaries,
 * Unicode classes, anchors inside, large counts).
 */
export function languageOf(pattern: string): Language | undefined {
  try {
    const cursor = new Cursor(pattern);
    const language = alternatives(cursor, true);
    return cursor.isAtEnd() ? language : undefined;
  } catch (cause) {
    if (cause instanceof Unsupported) return undefined;
    throw cause;
  }
}

function alternatives(cursor: Cursor, isOutermost: boolean): Language {
  const members = [sequence(cursor, isOutermost)];
  while (cursor.take('|')) members.push(sequence(cursor, isOutermost));
  return either(members);
}

function sequence(cursor: Cursor, isOutermost: boolean): Language {
  // The whole pattern is anchored already, so these say nothing at its own ends.
  if (isOutermost) cursor.take('^');
  const parts: Language[] = [];
  while (!cursor.isAtEnd() && !cursor.sees('|') && !cursor.sees(')')) {
    if (isOutermost && cursor.isLastOfBranch('$')) cursor.take('$');
    else parts.push(quantified(cursor, atom(cursor)));
  }
  return parts.reduceRight<Language>((rest, part) => concat(part, rest), empty);
}

function atom(cursor: Cursor): Language {
  if (cursor.take('(')) return group(cursor);
  if (cursor.take('[')) return charClass(cursor);
  if (cursor.take('.')) return charsBut([newline]);
  if (cursor.sees('^') || cursor.sees('$')) throw new Unsupported();
  if (cursor.take('\\')) {
    const set = escapedSet(cursor);
    if (set !== undefined) return set.isNegated ? charsBut(set.ranges) : chars(set.ranges);
    const code = readEscape(cursor);
    return chars([[code, code]]);
  }
  return literal(cursor.next());
}

function group(cursor: Cursor): Language {
  if (cursor.take('?')) {
    const isNamed = cursor.match(/^(?:P?<[A-Za-z_]\w*>|:)/) !== undefined;
    if (!isNamed) throw new Unsupported();
  }
  const inner = alternatives(cursor, false);
  if (!cursor.take(')')) throw new Unsupported();
  return inner;
}

function quantified(cursor: Cursor, inner: Language): Language {
  const bounds = quantifier(cursor);
  if (bounds === undefined) return inner;
  // Lazy or greedy, the set of texts is the same.
  cursor.take('?');
  const [least, most] = bounds;
  if (inner.key.length * Math.max(least, most ?? 0) > maxWritten) throw new Unsupported();
  let tail = most === undefined ? repeat(inner) : empty;
  for (let left = (most ?? least) - least; left > 0; left -= 1) tail = either([empty, concat(inner, tail)]);
  for (let left = least; left > 0; left -= 1) tail = concat(inner, tail);
  return tail;
}

function quantifier(cursor: Cursor): [least: number, most: number | undefined] | undefined {
  if (cursor.take('*')) return [0, undefined];
  if (cursor.take('+')) return [1, undefined];
  if (cursor.take('?')) return [0, 1];
  const counted = cursor.match(/^\{(\d+)(,(\d*))?\}/);
  if (counted === undefined) return undefined;
  const [, least = '0', comma, most = ''] = counted;
  if (comma === undefined) return [Number(least), Number(least)];
  return [Number(least), most === '' ? undefined : Number(most)];
}
