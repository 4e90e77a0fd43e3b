import { actFacts, actInWords, type Fact, runFacts, runInWords, toldFacts, toldInWords } from './facts.ts';
import type { Expectation } from './format/expectation.ts';
import type { Played } from './play.ts';
import type { Mismatch } from './setup.ts';

/** Everything that is written in the expectation and did not come so; nothing: the test passes. */
export function judge({ runs, acts, told }: Expectation, played: Played): Mismatch[] {
  return [
    ...played.wrong,
    ...compare('runs', { expected: runs, actual: played.runs, facts: runFacts, words: runInWords }),
    ...compare('acts', { expected: acts, actual: played.acts, facts: actFacts, words: actInWords }),
    ...compare('told', { expected: told, actual: played.told, facts: toldFacts, words: toldInWords }),
  ];
}

/** A list of what is expected beside what came, and how two items of it are compared. */
interface Comparison<Expected, Actual> {
  /** Undefined: the list is not compared. */
  expected: readonly Expected[] | undefined;
  actual: readonly Actual[];
  facts(expected: Expected, actual?: Actual): Fact[];
  words(actual: Actual): string;
}

/** Lists of different length are shown whole: which item is missing, nobody can say. */
function compare<Expected, Actual>(field: string, comparison: Comparison<Expected, Actual>): Mismatch[] {
  const { expected, actual, facts, words } = comparison;
  if (expected === undefined) return [];
  if (expected.length !== actual.length) {
    const wanted = expected.map((item) =>
      facts(item)
        .flatMap((fact) => fact.expected ?? [])
        .join(' '),
    );
    return [{ field, expected: inWords(wanted), actual: inWords(actual.map(words)) }];
  }
  return expected.flatMap((item, index) =>
    facts(item, actual[index]).flatMap((fact) => {
      if (fact.expected === undefined || fact.expected === fact.actual) return [];
      return [{ field: `${field}[${index}].${fact.name}`, expected: fact.expected, actual: fact.actual }];
    }),
  );
}

const inWords = (items: readonly string[]): string =>
  items.length === 0 ? 'none' : items.map((item, index) => `${index + 1}. ${item || 'any'}`).join('; ');
