import { type Cursor, Unsupported } from './cursor.ts';
import { chars, charsBut, type Language, type Range } from './language.ts';

const codeOf = (char: string) => char.codePointAt(0) ?? 0;
const range = (first: string, last: string): Range => [codeOf(first), codeOf(last)];

/** As RE2 has them: ASCII only. */
const sets: Record<string, readonly Range[]> = {
  d: [range('0', '9')],
  w: [range('0', '9'), range('A', 'Z'), range('_', '_'), range('a', 'z')],
  s: [range('\t', '\n'), range('\f', '\r'), range(' ', ' ')],
};

const controls: Record<string, number> = { n: 0x0a, t: 0x09, r: 0x0d, f: 0x0c, v: 0x0b, a: 0x07 };

/** `\d`, `\W` and the like, behind their backslash; undefined when something else comes. */
export function escapedSet(cursor: Cursor): { ranges: readonly Range[]; isNegated: boolean } | undefined {
  const letter = cursor.match(/^[dwsDWS]/)?.[0];
  if (letter === undefined) return undefined;
  return { ranges: sets[letter.toLowerCase()] ?? [], isNegated: letter < 'a' };
}

/** The one character that an escape means, behind its backslash. */
export function readEscape(cursor: Cursor): number {
  const hex = cursor.match(/^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/);
  if (hex !== undefined) return Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
  const char = cursor.next();
  if (controls[char] !== undefined) return controls[char];
  if (/[A-Za-z0-9]/.test(char)) throw new Unsupported();
  return codeOf(char);
}

/** A class such as `[a-z_]` or `[^/]`, behind its opening bracket. */
export function charClass(cursor: Cursor): Language {
  const isNegated = cursor.take('^');
  const ranges: Range[] = [];
  for (let isFirst = true; isFirst || !cursor.take(']'); isFirst = false) {
    if (cursor.sees('[:')) throw new Unsupported();
    ranges.push(...classItem(cursor));
  }
  return isNegated ? charsBut(ranges) : chars(ranges);
}

function classItem(cursor: Cursor): readonly Range[] {
  if (cursor.sees('\\')) {
    cursor.take('\\');
    const set = escapedSet(cursor);
    if (set?.isNegated === true) throw new Unsupported();
    if (set !== undefined) return set.ranges;
    return rangeFrom(cursor, readEscape(cursor));
  }
  return rangeFrom(cursor, codeOf(cursor.next()));
}

function rangeFrom(cursor: Cursor, first: number): Range[] {
  if (cursor.match(/^-(?!\])/) === undefined) return [[first, first]];
  const last = cursor.take('\\') ? readEscape(cursor) : codeOf(cursor.next());
  return [[first, last]];
}
