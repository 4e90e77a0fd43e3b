import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { type Budget, createBudget, Exhausted } from '../../../../../domain/analysis/lint/language/budget.ts';
import { findText, hasEmpty } from '../../../../../domain/analysis/lint/language/explore.ts';
import {
  both,
  everything,
  type Language,
  literal,
  not,
  nothing,
} from '../../../../../domain/analysis/lint/language/language.ts';
import { languageOf } from '../../../../../domain/analysis/lint/language/pattern.ts';

function read(pattern: string): Language {
  const language = languageOf(pattern);
  if (language === undefined) throw new Error(`${pattern} is not read`);
  return language;
}
const holds = (language: Language, text: string) => findText(both([language, literal(text)])).kind === 'found';

/** Patterns of the kind that people write into matchers, two groups deep. */
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc
    .array(
      fc.array(tie('part'), { maxLength: 3 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((branches) => branches.join('|')),
  part: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom('a', 'b', 'c', '-', '_', '.', '\\.', '[ab]', '[^a]', '[a-c_]', '\\d', '\\w', '\\W', '\\s', '\\x61'),
    fc
      .tuple(fc.constantFrom('a', 'b', '[ab]', '.'), fc.constantFrom('*', '+', '?', '*?', '{2}', '{1,}', '{0,2}'))
      .map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?P<n>'), tie('pattern'), fc.constantFrom(')', ')*', ')?', ')+'))
      .map((parts) => parts.join('')),
  ),
}));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', '_', '.', '1', ' ', 'é', '😀'), maxLength: 6 });
const compiles = (source: string) => {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
};

describe('the language of a pattern', () => {
  it('holds exactly the texts that RE2 matches', () => {
    fc.assert(
      fc.property(pattern, text, (source, sample) => {
        const compiled = compiles(source);
        fc.pre(compiled !== undefined);
        expect(holds(read(source), sample)).toBe(compiled?.matches(sample));
      }),
      { numRuns: 300 },
    );
  });

  it('and its complement share no text, and hold every text together', () => {
    fc.assert(
      fc.property(pattern, text, (source, sample) => {
        fc.pre(compiles(source) !== undefined);
        const language = read(source);
        expect(findText(both([language, not(language)])).kind).not.toBe('found');
        expect(holds(not(language), sample)).toBe(!holds(language, sample));
      }),
      { numRuns: 60 },
    );
  });

  it('gives an example that RE2 matches, whenever there is one', () => {
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const [first, second] = [compiles(one), compiles(other)];
        fc.pre(first !== undefined && second !== undefined);
        const found = findText(both([read(one), not(read(other))]));
        if (found.kind !== 'found') return;
        expect(first?.matches(found.text)).toBe(true);
        expect(second?.matches(found.text)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a shortest one', 'Kube.*Looping|x+', 'x'],
    ['a readable one', '[^/]+', 'x'],
    ['the empty one', 'a*', ''],
  ])('shows %s', (_, source, expected) => {
    expect(findText(read(source))).toEqual({ kind: 'found', text: expected });
  });

  it.each([
    ['anchors that say nothing at the ends', '^abc$', 'abc'],
    ['anchors of each branch', '^a$|^b$', 'b'],
    ['a bracket that begins a class', '[]a]', ']'],
    ['a dash that ends a class', '[a-]', '-'],
    ['a brace that counts nothing', 'a{,2}', 'a{,2}'],
    ['an escape in a class', '[\\d\\]]', ']'],
  ])('knows %s', (_, source, sample) => {
    expect([holds(read(source), sample), RE2JS.compile(source).matches(sample)]).toEqual([true, true]);
  });

  it.each(['(?i)a', '\\ba', '\\pL', 'a^b', '[[:alpha:]]', '\\Qa\\E', '(?:a{500}){2}', '\\101', '[^\\D]'])(
    'is not guessed for %s',
    (source) => {
      expect(languageOf(source)).toBeUndefined();
    },
  );

  it('gives up on what would take too long, and says so', () => {
    const hard = both([read('(.*a){10}'), not(read('(.*b){10}')), read('(.*c){20}')]);
    expect(findText(hard).kind).toBe('undecided');
  });

  it('pays for every part it makes, so that a short pattern of hundreds of optional letters is given up too', () => {
    const letters = (text: string) => [...text.repeat(9)].map((letter) => `${letter}?`).join('');
    const hard = both([read(letters('abcdefghijklmnopqrstuvwxyz')), not(read(letters('qbcdefghijklmnopqrstuvwxyz')))]);
    let spent = 0;
    const counting: Budget = {
      spend(work) {
        spent += work;
        if (spent > 3_000_000) throw new Exhausted();
      },
      forOne: () => counting,
    };
    expect(findText(both([hard, read('.*zzq')]), counting).kind).toBe('undecided');
    // One part more at most.
    expect(spent).toBeLessThan(4_000_000);
  });

  it('shares one budget among all searches, and each search has its part of it', () => {
    const budget = createBudget(100, 60);
    expect(() => budget.forOne().spend(61)).toThrow(Exhausted);
    budget.forOne().spend(39);
    expect(() => budget.forOne().spend(1)).toThrow(Exhausted);
  });

  it('of everything holds the empty text, of nothing none', () => {
    expect([hasEmpty(everything), findText(nothing).kind]).toEqual([true, 'none']);
  });
});
