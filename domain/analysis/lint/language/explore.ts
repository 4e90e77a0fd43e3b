import { type Budget, createBudget, Exhausted } from './budget.ts';
import { both, concat, either, empty, type Language, not, nothing, type Range } from './language.ts';

/** More work than this is given up; a matcher that needs it is not one that people write. */
const maxStates = 2_000;

/** A shortest text of a language; `none` when it has none, `undecided` when finding out would take too long. */
export type Search = { kind: 'found'; text: string } | { kind: 'none' } | { kind: 'undecided' };

/** Looks for a shortest text of the language, within the budget: a breadth-first walk over what is left of it after each character. */
export function findText(language: Language, budget: Budget = createBudget()): Search {
  try {
    return walk(language, budget.forOne());
  } catch (cause) {
    if (cause instanceof Exhausted) return { kind: 'undecided' };
    throw cause;
  }
}

function walk(language: Language, budget: Budget): Search {
  budget.spend(language.key.length);
  const alphabet = representatives(language);
  const seen = new Set([language.key]);
  const queue: { left: Language; text: string }[] = [{ left: language, text: '' }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (hasEmpty(next.left)) return { kind: 'found', text: next.text };
    for (const code of alphabet) {
      budget.spend(next.left.key.length);
      const left = after(next.left, code, budget);
      if (left.kind === 'nothing' || seen.has(left.key)) continue;
      if (seen.size >= maxStates) return { kind: 'undecided' };
      seen.add(left.key);
      queue.push({ left, text: next.text + String.fromCodePoint(code) });
    }
  }
  return { kind: 'none' };
}

/** True when the empty text is in it. */
export function hasEmpty(language: Language): boolean {
  switch (language.kind) {
    case 'nothing':
    case 'chars':
      return false;
    case 'empty':
    case 'repeat':
      return true;
    case 'concat':
      return hasEmpty(language.first) && hasEmpty(language.rest);
    case 'either':
      return language.members.some(hasEmpty);
    case 'both':
      return language.members.every(hasEmpty);
    case 'not':
      return !hasEmpty(language.inner);
    default:
      return language satisfies never;
  }
}

/** What may follow the character: the language's derivative (Brzozowski). Each part that is made is paid for. */
function after(language: Language, code: number, budget: Budget): Language {
  const made = partAfter(language, code, budget);
  budget.spend(made.key.length);
  return made;
}

function partAfter(language: Language, code: number, budget: Budget): Language {
  const next = (part: Language) => after(part, code, budget);
  switch (language.kind) {
    case 'nothing':
    case 'empty':
      return nothing;
    case 'chars':
      return language.ranges.some(([first, last]) => first <= code && code <= last) ? empty : nothing;
    case 'repeat':
      return concat(next(language.inner), language);
    case 'either':
      return either(language.members.map(next));
    case 'both':
      return both(language.members.map(next));
    case 'not':
      return not(next(language.inner));
    case 'concat': {
      const through = concat(next(language.first), language.rest);
      return hasEmpty(language.first) ? either([through, next(language.rest)]) : through;
    }
    default:
      return language satisfies never;
  }
}

/** One character for each class that the language cannot tell apart, readable ones first. */
function representatives(language: Language): number[] {
  const edges = new Set([0, 0x110000]);
  for (const [first, last] of rangesIn(language)) edges.add(first).add(last + 1);
  const sorted = [...edges].sort((a, b) => a - b);
  const codes = sorted.flatMap((from, index) => {
    const next = sorted[index + 1];
    return next === undefined ? [] : [mostReadable(from, next - 1)];
  });
  return codes.sort((a, b) => rank(a) - rank(b));
}

const preferred = [...'xaA0-_./: '].map((char) => char.codePointAt(0) ?? 0);

/** Readable ones first, others at the end. */
function rank(code: number): number {
  if (preferred.includes(code)) return preferred.indexOf(code);
  return code > 0x20 && code < 0x7f ? preferred.length : preferred.length + 1;
}

const mostReadable = (first: number, last: number) =>
  preferred.find((code) => first <= code && code <= last) ?? Math.max(first, Math.min(last, 0x21));

function rangesIn(language: Language): readonly Range[] {
  switch (language.kind) {
    case 'chars':
      return language.ranges;
    case 'concat':
      return [...rangesIn(language.first), ...rangesIn(language.rest)];
    case 'either':
    case 'both':
      return language.members.flatMap(rangesIn);
    case 'repeat':
    case 'not':
      return rangesIn(language.inner);
    case 'nothing':
    case 'empty':
      return [];
    default:
      return language satisfies never;
  }
}
