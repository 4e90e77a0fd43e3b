/** Code points from the first to the last, both inside. */
export type Range = readonly [first: number, last: number];

/**
 * A set of texts: what a matcher allows as the value of a label. Equal keys mean equal sets; the constructors below
 * build every language, so that nested unions and intersections stay flat and small.
 */
export type Language = { key: string } & (
  | { kind: 'chars'; ranges: readonly Range[] }
  | { kind: 'concat'; first: Language; rest: Language }
  | { kind: 'either' | 'both'; members: readonly Language[] }
  | { kind: 'repeat' | 'not'; inner: Language }
  | { kind: 'nothing' | 'empty' }
);

const lastCodePoint = 0x10ffff;

/** No text at all. */
export const nothing: Language = { kind: 'nothing', key: '∅' };
/** Only the empty text: the label is absent. */
export const empty: Language = { kind: 'empty', key: 'ε' };

/** One character of these ranges. */
export function chars(ranges: readonly Range[]): Language {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else if (first <= last) merged.push([first, last]);
  }
  return merged.length === 0 ? nothing : { kind: 'chars', ranges: merged, key: `[${merged.join(' ')}]` };
}

/** One character outside of these ranges. */
export function charsBut(ranges: readonly Range[]): Language {
  const left: Range[] = [];
  let from = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > from) left.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  return chars(from > lastCodePoint ? left : [...left, [from, lastCodePoint]]);
}

/** One text after the other. */
export function concat(first: Language, rest: Language): Language {
  if (first === nothing || rest === nothing) return nothing;
  if (first === empty) return rest;
  if (rest === empty) return first;
  if (first.kind === 'concat') return concat(first.first, concat(first.rest, rest));
  return { kind: 'concat', first, rest, key: `(${first.key}·${rest.key})` };
}

/** Any number of times, none included. */
export function repeat(inner: Language): Language {
  if (inner === nothing || inner === empty) return empty;
  return inner.kind === 'repeat' ? inner : { kind: 'repeat', inner, key: `(${inner.key})*` };
}

/** Every text that is not in it. */
export function not(inner: Language): Language {
  return inner.kind === 'not' ? inner.inner : { kind: 'not', inner, key: `!(${inner.key})` };
}

/** Every text, the empty one included. */
export const everything: Language = not(nothing);

/** Texts of at least one of them. */
export function either(given: readonly Language[]): Language {
  const members = distinct(given, 'either').filter((member) => member.key !== nothing.key);
  if (members.some(({ key }) => key === everything.key)) return everything;
  return joined('either', members) ?? nothing;
}

/** Texts of all of them. */
export function both(given: readonly Language[]): Language {
  const members = distinct(given, 'both').filter((member) => member.key !== everything.key);
  if (members.some(({ key }) => key === nothing.key)) return nothing;
  return joined('both', members) ?? everything;
}

/** Exactly this text. */
export function literal(text: string): Language {
  return [...text]
    .map((char) => char.codePointAt(0) ?? 0)
    .reduceRight<Language>((rest, code) => concat(chars([[code, code]]), rest), empty);
}

function distinct(given: readonly Language[], kind: 'either' | 'both'): Language[] {
  const flat = given.flatMap((member) => (member.kind === kind ? member.members : [member]));
  return [...new Map(flat.map((member) => [member.key, member])).values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function joined(kind: 'either' | 'both', members: readonly Language[]): Language | undefined {
  const [only] = members;
  if (members.length <= 1) return only;
  const sign = kind === 'either' ? '|' : '&';
  return { kind, members, key: `(${members.map(({ key }) => key).join(sign)})` };
}
